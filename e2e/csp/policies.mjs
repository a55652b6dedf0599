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
      for (const [what, test] of Object.entries(OTHERS)) tests[`${name}: ${what}`] = async () => missing ?? test(page, folder)
    }
    await runSuite(tests)
  } finally {
    for (const close of opened) await close()
    consumer.remove()
  }
}

/** What else the guide says, none of which is a row. */
const OTHERS = {
  'a worker that is a file has a policy of its own': (page, folder) =>
    seeAll(page, folder, policyOfWorker, [['daskflow/web-worker.js, function by source', 'yes']]),
  'under Trusted Types a function makes the worker, and an error says so': (page, folder) =>
    opening(page, folder, () => TRUSTED, seeTrusted),
  'a file of another origin is refused, and an error says so': async (page, folder) => {
    const other = await serve(folder)
    try {
      await opening(
        page,
        folder,
        () => `default-src 'self' ${other.url}`,
        () => seeForeign(page, other.url),
      )
    } finally {
      other.close()
    }
  },
  'a cluster that connect-src forbids is refused, and an error says so': (page, folder) =>
    opening(page, folder, () => "default-src 'self'", seeForbiddenCluster),
}

const policyOfWorker = (path) => (path === '/web-worker.js' ? "script-src 'unsafe-eval'" : "default-src 'self'")

const TRUSTED = "default-src 'self'; worker-src 'self' blob:; require-trusted-types-for 'script'"

/** Opens the page under a policy, and looks at it. */
async function opening(page, folder, policyOf, see) {
  const site = await serve(folder, policyOf)
  try {
    await page.goto(site.url)
    await see(page)
  } finally {
    site.close()
  }
}

const seeAll = (page, folder, policyOf, answers) =>
  opening(page, folder, policyOf, async () => {
    for (const [column, answer] of answers) await seeCell(page, column, answer)
  })

async function seeTrusted(page) {
  for (const worker of [undefined, '/web-worker.js']) {
    const { code, message } = await page.evaluate(run, { worker, kind: 'module' })
    assert.equal(code, 'ERR_CLUSTER', message)
    assert.match(message, /require-trusted-types-for.* a function that makes the Worker, of a TrustedScriptURL/)
  }
  const { state, returnValue, message } = await page.evaluate(async () => {
    const policy = window.trustedTypes.createPolicy('page', { createScriptURL: (url) => url })
    const worker = () => new Worker(policy.createScriptURL('/web-worker.js'), { type: 'module' })
    return window.run({ worker }, window.daskflow.moduleFunction(new URL('/fixtures/tasks.js', location.href), 'syncDouble'), 21)
  })
  assert.deepEqual([state, returnValue], ['DONE', 42], message)
}

async function seeForeign(page, url) {
  const { code, message } = await page.evaluate(run, { worker: `${url}web-worker.js`, kind: 'module' })
  assert.equal(code, 'ERR_CLUSTER', message)
  assert.match(message, /of another origin/)
}

async function seeForbiddenCluster(page) {
  // A port that nobody listens at, and which no browser refuses by itself.
  const { code, message, ms } = await page.evaluate(async () => {
    const startedAt = performance.now()
    const opening = window.daskflow.Client.create({ address: 'ws://127.0.0.1:54321' })
    const { code, message } = await opening.then(
      () => ({}),
      (error) => error,
    )
    return { code, message, ms: performance.now() - startedAt }
  })
  assert.equal(code, 'ERR_COMM_CLOSED', message)
  assert.match(message, /connect-src/)
  assert.ok(ms < AT_ONCE_MS, `it took ${ms} ms`)
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
