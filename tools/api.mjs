import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { runNode } from './program.mjs'
import { isMain, root } from './root.mjs'

const TYPES = './dist/types/'
// They export nothing: one is a program, the other declares globals.
const NAMELESS = new Set([`${TYPES}runtime-web/worker.d.ts`, `${TYPES}globals.d.ts`])
const { exports } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'))

/** Complains of each public name, method, option and property that has no doc comment, and of links that lead nowhere. */
export function checkApi() {
  return typedoc(['--emit', 'none'])
}

/** Writes a page of Markdown for each public name into a folder. What has no doc comment is no reason not to. */
export function writeApi(folder) {
  return typedoc(['--out', resolve(root, folder), '--treatValidationWarningsAsErrors', 'false'])
}

function typedoc(args) {
  const entries = sources().flatMap((file) => ['--entryPoints', file])
  return runNode('node_modules/typedoc/bin/typedoc', ['--options', 'tools/typedoc.json', ...entries, ...args])
}

/** What users can import, in the order in which package.json says so: the first that exports a name has its page. */
function sources() {
  const types = new Set(Object.values(exports).flatMap((target) => target.types ?? []))
  const modules = [...types].filter((file) => !NAMELESS.has(file))
  return modules.map((file) => file.replace(TYPES, 'src/').replace(/\.d\.ts$/, '.ts'))
}

if (isMain(import.meta.url)) {
  const { code, output } = await checkApi()
  if (code !== 0) console.error(output.trimEnd())
  process.exitCode = code
}
