import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { run } from '../../tools/program.mjs'
import { root } from '../../tools/root.mjs'

const FOLDERS = ['e2e/bundlers', 'e2e', '.']
const BUILD_MS = 120_000

/** Types a command in a folder; answers what it printed. @throws {Error} with that, when it fails */
export async function runTool(folder, command) {
  const [name, ...args] = command.replace(/^npx /, '').split(' ')
  const { code, output } = await run(binOf(name), args, { cwd: folder, env: environment(), timeoutMs: BUILD_MS })
  if (code !== 0) throw new Error(`'${command}' ended with exit code ${code}\n${output}`)
  return output
}

/** Not `NODE_ENV`, which Vite's server sets for the program that it is in. */
export function environment() {
  const { NODE_ENV, ...env } = process.env
  return { ...env, NO_COLOR: '1', NEXT_TELEMETRY_DISABLED: '1' }
}

export function binOf(name) {
  const found = FOLDERS.map((folder) => resolve(root, folder, 'node_modules/.bin', name)).find(existsSync)
  if (found === undefined) throw new Error(`There is no ${name}`)
  return found
}
