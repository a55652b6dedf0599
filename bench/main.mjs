// Measures the packed package in each runtime that is installed, or in those that the arguments name.
import { cpSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Consumer } from '../e2e/consumer.mjs'
import { run } from '../tools/program.mjs'
import { root } from '../tools/root.mjs'
import { RUNTIMES } from './runtimes.mjs'

const RUNTIME_MS = 5 * 60_000

const all = Object.keys(RUNTIMES)
const named = process.argv.slice(2)
const stranger = named.find((name) => !all.includes(name))
if (stranger === undefined) await measureIn(named.length > 0 ? named : all)
else fail(`There is no runtime '${stranger}': they are ${all.join(', ')}.`)

async function measureIn(names) {
  const { folder } = await Consumer.create()
  cpSync(resolve(root, 'bench'), join(folder, 'bench'), { recursive: true })
  console.log('Ratios are ours / this: of tasks/s, above 1 is better; of a round trip, below 1. Quote them, never the times.')
  for (const name of names) await measureInRuntime(RUNTIMES[name], name, folder)
}

async function measureInRuntime({ command, install }, name, folder) {
  if (command === undefined) {
    console.log(`\n${name}: skipped, ${install}`)
    return
  }
  const [program, ...args] = command
  const { code } = await run(program, args, { cwd: folder, output: 'show', timeoutMs: RUNTIME_MS })
  if (code !== 0) fail(`${name} ended with exit code ${code}.`)
}

function fail(message) {
  console.error(message)
  process.exitCode = 1
}
