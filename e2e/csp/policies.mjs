import { strict as assert } from 'node:assert'
import { Consumer } from '../consumer.mjs'
import { openEngine } from '../engines/engines.mjs'
import { makeSite } from '../engines/site.mjs'
import { runSuite } from '../suite.mjs'
import { serve } from '../web-server.mjs'
import { readTable } from './table.mjs'

// What fails, fails at once: a worker that is not there is waited for longer.
const AT_ONCE_MS = 10_000

/** Runs a function in the page. Answers how that ended, or why it could not be tried. */
const run = async ({ worker, kind }) => {
  const fns = {
    name: ['greet', 'you'],
    module: [window.daskflow.moduleFunction(new URL('/fixtures/tasks.js', location.href), 'syncDouble'), 21],
    source: [async (n) => 2 * n, 21],
  }
  const startedAt = performance.now()
  const resources = worker === undefined ? {} : { worker }
  const outcome = await window.run(resources, ...fns[kind]).catch(({ code, message }) => ({ code, message }))
  return { ...outcome, ms: performance.now() - startedAt }
}

/** What is tried, by the columns of the table, and what comes of it. */
const WAYS = {
  'own worker, by names': [{ worker: '/fixtures/worker.js', kind: 'name' }, 'hello you'],
  'daskflow/web-worker.js, moduleFunction': [{ worker: '/web-worker.js', kind: 'module' }, 42],
  'daskflow/web-worker.js, function by source': [{ worker: '/web-worker.js', kind: 'source' }, 42],
  'no worker, moduleFunction': [{ kind: 'module' }, 42],
  'no worker, function by source': [{ kind: 'source' }, 42],
}

/** How an error names what is in the way, and says the way out. */
const REFUSALS = {
  'worker-src': ['ERR_CLUSTER', /worker-src/],
  'script-src': ['ERR_TASK_VALIDATION', /script-src must allow blob: or 'unsafe-eval'.*expose the function by name/],
}

/** Tries every row of the guide's table in these engines. */
export async function tryPolicies(names) {
  const consumer = await Consumer.create()
  const folder = await makeSite(consumer)
  const opened = []
  const tests = {}
  try {
    for (const name of names) {
      const { page, missing, close } = await openEngine(name)
      opened.push(close)
      for (const { policy, answers } of readTable())
        tests[`${name}: ${policy}`] = async () => missing ?? seeAll(page, folder, () => policy, answers)
      tests[`${name}: a worker that is a file has a policy of its own`] = async () =>
        missing ?? seeAll(page, folder, policyOfWorker, [['daskflow/web-worker.js, function by source', 'yes']])
    }
    await runSuite(tests)
  } finally {
    for (const close of opened) await close()
    consumer.remove()
  }
}

const policyOfWorker = (path) => (path === '/web-worker.js' ? "script-src 'unsafe-eval'" : "default-src 'self'")

async function seeAll(page, folder, policyOf, answers) {
  const site = await serve(folder, policyOf)
  try {
    await page.goto(site.url)
    for (const [column, answer] of answers) await seeCell(page, column, answer)
  } finally {
    site.close()
  }
}

async function seeCell(page, column, answer) {
  const [way, value] = WAYS[column]
  const { state, returnValue, code, message, ms } = await page.evaluate(run, way)
  if (answer === 'yes') {
    assert.deepEqual([state, returnValue], ['DONE', value], `${column}: ${message}`)
    return
  }
  const [expected, says] = REFUSALS[answer]
  assert.equal(code, expected, `${column}: ${state} ${message}`)
  assert.match(message, says, column)
  // Of a worker of one's own, a policy is one reason of several.
  if (answer === 'worker-src' && way.worker === undefined) assert.match(message, /give a file as resources\.worker/)
  assert.ok(ms < AT_ONCE_MS, `${column}: it took ${ms} ms`)
}
