// The scripts of examples/workflows in each runtime, as a user has them: copied beside the installed package, and with another
// backend by a change of the line that is marked.
import { strict as assert } from 'node:assert'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { INSTALL_CHROMIUM } from '../../tools/chromium.mjs'
import { root } from '../../tools/root.mjs'
import { INSTALL_RUNTIMES, programOf } from '../../tools/runtimes.mjs'
import { transpile } from '../../tools/transpile.mjs'
import { findChromium, openSite } from '../browser.mjs'
import { bundle } from '../bundle.mjs'
import { Consumer } from '../consumer.mjs'
import { runSuite } from '../suite.mjs'
import { DUMMY_OUTPUT, MIXED_OUTPUT, OUTPUT } from './expected.mjs'

const EXAMPLES = resolve(root, 'examples/workflows')
const NAMES = Object.keys(OUTPUT)
const MIXED = '05-mixed'
const BACKENDS = ['DaskExecutionBackend', 'ConcurrentExecutionBackend', 'NoopExecutionBackend']
const MARKED = /^import .*\bDaskExecutionBackend as Backend\b.* \/\/ The backend: change this line\b/
// Beside those for commands and prompts.
const COMPUTE = /^ +new DaskExecutionBackend\(\{ name: 'compute' \}\),$/

const consumer = await Consumer.create()
try {
  await runSuite({
    'what is run is all that there is': () =>
      assert.deepEqual(
        readdirSync(EXAMPLES).filter((file) => file.endsWith('.ts')),
        [...NAMES, MIXED].map((name) => `${name}.ts`),
      ),
    ...testsOf('node', { program: process.execPath, extension: 'mjs', toScript: transpile }),
    ...testsOf('deno', { program: programOf('deno'), flags: ['run'], more: ['--allow-all'] }),
    ...testsOf('bun', { program: programOf('bun') }),
    'chromium runs workflows on each backend': runInChromium,
  })
} finally {
  consumer.remove()
}

/** @param more the flags for files and programs */
function testsOf(runtime, { program, flags = [], more = [], extension = 'ts', toScript = (text) => text }) {
  if (program === undefined) return { [`all of ${runtime}`]: () => INSTALL_RUNTIMES }
  const runScript = async (name, text, given) => {
    const file = `${name}.${extension}`
    consumer.write(file, await toScript(text))
    return linesOf(await consumer.run(program, [...given, file]))
  }
  const tests = {
    [`${runtime} runs a workflow of everything, and leaves nothing`]: async () => {
      for (const backend of BACKENDS.slice(0, 2)) {
        assert.deepEqual(await runScript(MIXED, exampleOn(MIXED, backend, COMPUTE), [...flags, ...more]), MIXED_OUTPUT, backend)
      }
      const left = readdirSync(consumer.folder).filter((name) => name.startsWith('asyncflow'))
      assert.deepEqual(left, [])
    },
  }
  for (const backend of BACKENDS) {
    tests[`${runtime} runs workflows on a ${backend}`] = async () => {
      for (const name of NAMES) see(name, backend, await runScript(name, exampleOn(name, backend), flags))
    }
  }
  return tests
}

async function runInChromium() {
  const launch = await findChromium()
  if (launch === undefined) return INSTALL_CHROMIUM
  const folder = join(consumer.folder, 'site')
  mkdirSync(folder)
  const runs = BACKENDS.flatMap((backend) => NAMES.map((name) => ({ backend, name, file: `${name}-${backend}.mjs` })))
  for (const { backend, name, file } of runs) {
    consumer.write(file, await transpile(exampleOn(name, backend)))
    await bundle(join(consumer.folder, file), join(folder, file))
  }
  // A page with nothing of its own, for each to be imported by; and what a browser asks for, so that it prints no complaint.
  for (const file of ['page.mjs', 'favicon.ico']) consumer.write(join('site', file), '')
  const site = await openSite(launch, folder, 'page.mjs')
  try {
    for (const { backend, name, file } of runs) see(name, backend, await printedBy(await site.newPage(), file))
  } finally {
    await site.close()
  }
}

async function printedBy(page, file) {
  const lines = []
  page.on('console', (message) => lines.push(message.text()))
  page.on('pageerror', (error) => lines.push(error.stack))
  await page.evaluate(async (url) => void (await import(url)), `/${file}`)
  await page.close()
  return lines
}

function see(name, backend, lines) {
  const expected = (backend === 'NoopExecutionBackend' ? DUMMY_OUTPUT : OUTPUT)[name]
  const timeless = lines.map((line) => line.replace(/[\d.]+ s$/, '… s'))
  assert.deepEqual(timeless, expected, `${name} on a ${backend}: ${lines.join('\n')}`)
}

/** The example with one line changed, which names its backend. */
function exampleOn(name, backend, marked = MARKED) {
  const lines = sourceOf(name).split('\n')
  assert.equal(lines.filter((line) => marked.test(line)).length, 1, `${name}.ts has one marked line`)
  const changed = lines.map((line) => (marked.test(line) ? line.replace(BACKENDS[0], backend) : line))
  const differing = changed.filter((line, i) => line !== lines[i])
  assert.equal(differing.length, backend === BACKENDS[0] ? 0 : 1)
  return changed.join('\n')
}

function sourceOf(name) {
  return readFileSync(join(EXAMPLES, `${name}.ts`), 'utf8')
}

function linesOf(output) {
  return output.trimEnd().split('\n')
}
