// What the README says to do in each runtime, done from an empty folder, with the packed package.
import { strict as assert } from 'node:assert'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { archive, makeArchive } from '../../tools/archive.mjs'
import { INSTALL_CHROMIUM } from '../../tools/chromium.mjs'
import { root } from '../../tools/root.mjs'
import { INSTALL_RUNTIMES, programOf } from '../../tools/runtimes.mjs'
import { findChromium } from '../browser.mjs'
import { startRegistry } from '../registry.mjs'
import { runSuite } from '../suite.mjs'
import { askWorkerd } from '../workerd.mjs'
import { Newcomer } from './newcomer.mjs'
import { Section } from './section.mjs'
import { textsOfPages } from './vite.mjs'

const PRIMES = [/a part 78498/, /a part 70435/, /total 148933/]
const DIGEST_OF_TWO = '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3'
const WAIT = `
import { DaskExecutionBackend } from 'daskflow'
RUN_TASKS
const backend = await new DaskExecutionBackend({ nWorkers: 2 })
const fn = async (n) => { if (n === 1) throw new Error('one'); return n }
const tasks = [0, 1, 2].map((n) => ({ uid: String(n), function: fn, args: [n] }))
await runTasks(backend, tasks)
await runTasks(backend, [])
const refused = await runTasks(backend, [{ uid: '' }]).catch((error) => error.code)
console.log('waited for', tasks.map(({ state }) => state).join(), 'and for nothing', refused)
`
// What the repository has of the same, pinned.
const LEFT_OUT = ['npm install --save-dev vite', 'npx vite', 'npx wrangler dev digests.mjs']

if (!existsSync(resolve(root, archive))) await makeArchive()
const registry = await startRegistry()
try {
  await runSuite({
    'a Node script': () => runScript('Node'),
    'the actor': () => {
      const [actor] = new Section('The client').code
      const program = `import { Client } from 'daskflow'\nconst client = await Client.create()\n${actor}`
      return follow('Node', (_folder, output) => assert.match(output, /^5$/m), { 'primes.mjs': program })
    },
    'the workflow': () => {
      const [workflow] = new Section('Workflows').code
      return follow('Node', (_folder, output) => assert.match(output, /^squares: 9, 16$/m), { 'primes.mjs': workflow })
    },
    'files of a workflow': () => {
      const [program] = new Section('Files', 'docs/guide/workflow.md').code
      return follow('Node', (_folder, output) => assert.match(output, /^55$/m), { 'primes.mjs': program })
    },
    'the backend': () => {
      const [backend] = new Section('The backend of AsyncFlow').code
      const states = (_folder, output) => assert.match(output, /square\.1 RUNNING[\s\S]*square\.1 DONE 144/)
      return follow('Node', states, { 'primes.mjs': backend })
    },
    'the code that waits for a batch': () => {
      const [runTasks] = new Section('How to wait').code
      return follow(
        'Node',
        (_folder, output) => assert.match(output, /waited for DONE,FAILED,DONE and for nothing ERR_TASK_VALIDATION/),
        {
          'primes.mjs': WAIT.replace('RUN_TASKS', runTasks),
        },
      )
    },
    'a Deno script': () => (programOf('deno') ? runScript('Deno', 'Node') : INSTALL_RUNTIMES),
    'a Bun script': () => (programOf('bun') ? runScript('Bun', 'Node') : INSTALL_RUNTIMES),
    'a page, as Vite serves it and as it builds it': async () => {
      const launch = await findChromium()
      return launch === undefined ? INSTALL_CHROMIUM : follow('A page', (folder) => seePages(launch, folder))
    },
    'an edge function, in workerd': async () => {
      const miniflare = await import('miniflare').catch(() => undefined)
      return miniflare === undefined ? INSTALL_RUNTIMES : follow('An edge function', (folder) => askForDigests(miniflare, folder))
    },
  })
} finally {
  registry.close()
}

/** The script of a section, perhaps saved from another one: it runs, and ends. */
function runScript(heading, from = heading) {
  return follow(heading, (_folder, output) => PRIMES.forEach((line) => void assert.match(output, line)), new Section(from).files)
}

/** Does what a section says, in an empty folder; then `check(folder, output)` looks at it. */
async function follow(heading, check, saved = {}) {
  const { files, commands } = new Section(heading)
  const newcomer = new Newcomer(registry.url)
  try {
    newcomer.save({ ...files, ...saved })
    let output = ''
    for (const command of commands) if (!LEFT_OUT.includes(command)) output = await newcomer.type(command)
    await check(newcomer.folder, output)
  } finally {
    newcomer.leave()
  }
}

async function seePages(launch, folder) {
  for (const text of await textsOfPages(launch, folder, 'total 148933')) for (const line of PRIMES) assert.match(text, line)
}

async function askForDigests(miniflare, folder) {
  const [refusal, answer] = await askWorkerd(miniflare, join(folder, 'digests.mjs'), ['/', '/?text=one&text=two&text=one'])
  assert.equal(refusal.status, 400)
  const digests = JSON.parse(answer.text)
  assert.deepEqual(
    digests.map(({ text }) => text),
    ['one', 'two', 'one'],
  )
  assert.equal(digests[1].digest, DIGEST_OF_TWO)
}
