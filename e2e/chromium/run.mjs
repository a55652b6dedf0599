// The packed package in a page of Chromium.
import { strict as assert } from 'node:assert'
import { INSTALL_CHROMIUM } from '../../tools/chromium.mjs'
import { findChromium, withPage } from '../browser.mjs'
import { Consumer } from '../consumer.mjs'
import { runSuite, skipAll } from '../suite.mjs'
import { makeSite } from './site.mjs'

const CASES_MS = 240_000

const launch = await findChromium()
if (launch === undefined) skipAll('all of Chromium', INSTALL_CHROMIUM)
else await runInChromium()

async function runInChromium() {
  const consumer = await Consumer.create()
  const folder = await makeSite(consumer)
  try {
    const show = (use, policy) =>
      withPage(
        launch,
        folder,
        'page.js',
        async (page) => {
          await page.waitForFunction(() => typeof window.conformance === 'function')
          await use(page)
        },
        policy,
      )
    await show((page) => runInPage(page, (policy, use) => show(use, policy)))
  } finally {
    consumer.remove()
  }
}

/** @param withPolicy shows the page under a policy of its own */
async function runInPage(page, withPolicy) {
  const tests = {
    'a page gets Web Workers by the export condition "browser"': async () => {
      assert.equal(await page.evaluate(() => window.daskflow.runtime.name), 'web')
      assert.equal((await page.evaluate(() => window.run({}, async (n) => n * n, 3))).returnValue, 9)
    },
    'a task that closes its worker is lost with it': async () => {
      const closes = () => window.run({ nWorkers: 1, allowedFailures: 0 }, async () => new Promise(() => self.close()))
      assert.equal((await page.evaluate(closes)).code, 'ERR_KILLED_WORKER')
    },
    'a worker that somebody else ends is replaced': async () => {
      const answers = await page.evaluate(async () => {
        const made = []
        const worker = () => {
          made.push(new Worker('/fixtures/worker.js', { type: 'module' }))
          return made.at(-1)
        }
        const backend = await new window.daskflow.DaskExecutionBackend({ nWorkers: 1, worker })
        const first = await window.runOn(backend, 'greet', 'one')
        made[0].terminate()
        const second = await window.runOn(backend, 'greet', 'two')
        await backend.shutdown()
        return [first.returnValue, second.returnValue, made.length]
      })
      assert.deepEqual(answers, ['hello one', 'hello two', 2])
    },
    'a worker that is given twice is refused, and goes on where it was given first': async () => {
      const [message, answer] = await page.evaluate(async () => {
        const made = new Worker('/fixtures/worker.js', { type: 'module' })
        const resources = { nWorkers: 1, worker: () => made }
        const first = await new window.daskflow.DaskExecutionBackend(resources)
        const message = await new window.daskflow.DaskExecutionBackend(resources).start().catch((error) => error.message)
        const { returnValue } = await window.runOn(first, 'greet', 'you')
        await first.shutdown()
        return [message, returnValue]
      })
      assert.match(message, /must make a new Worker each time/)
      assert.equal(answer, 'hello you')
    },
    'a page that is closed with tasks running takes its workers with it, and nobody else': () => seeClosedPage(page),
    'where the page allows nothing but its own files, the worker is one of them': () =>
      withPolicy("default-src 'self'", seeStrictPage),
    'where it allows blobs too, inline functions run': () =>
      withPolicy("default-src 'self' blob:", async (page) => {
        assert.equal((await page.evaluate(() => window.run({}, async (n) => n * n, 3))).returnValue, 9)
      }),
  }
  await runSuite(
    tests,
    () => printedBy(page, () => window.conformance()),
    () => printedBy(page, () => window.faults()),
  )
}

async function seeClosedPage(page) {
  const browser = await page.context().browser().newBrowserCDPSession()
  const workers = async () => {
    const { targetInfos } = await browser.send('Target.getTargets', { filter: [{ type: 'worker' }] })
    return targetInfos.length
  }
  // The platform tells of the end of a worker when it is over, and some time later.
  const fallsTo = async (count) => {
    for (const until = Date.now() + 5_000; (await workers()) > count && Date.now() < until; );
    return workers()
  }
  assert.equal(await fallsTo(0), 0)
  const other = await page.context().browser().newPage()
  const errors = []
  for (const shown of [page, other]) shown.context().on('weberror', (error) => errors.push(error))
  await other.goto(page.url())
  await other.waitForFunction(() => typeof window.daskflow === 'object')
  await other.evaluate(async () => {
    const backend = await new window.daskflow.DaskExecutionBackend({ nWorkers: 2, minWorkers: 2 })
    const running = new Promise((resolve) => {
      let count = 0
      backend.registerCallback((_, state) => state === 'RUNNING' && ++count === 2 && resolve())
    })
    const loop = async () => {
      let n = 0
      while (n >= 0) n++
      return n
    }
    await backend.submitTasks([
      { uid: 'loop', function: loop },
      { uid: 'wait', function: async () => new Promise(() => {}) },
    ])
    await running
  })
  assert.equal(await workers(), 2)
  await other.close()
  assert.equal(await fallsTo(0), 0)
  assert.deepEqual(errors, [])
  assert.equal((await page.evaluate(() => window.run({}, async (n) => n * n, 3))).returnValue, 9)
}

async function seeStrictPage(page) {
  const blob = await page.evaluate(() => window.run({}, 'any').catch(({ code, message }) => ({ code, message })))
  assert.equal(blob.code, 'ERR_CLUSTER')
  assert.match(blob.message, /the page does not allow it \(Content-Security-Policy\)/)
  const own = { worker: '/web-worker.js' }
  const ofModule = await page.evaluate(
    (own) => window.run(own, window.daskflow.moduleFunction(new URL('/fixtures/tasks.js', location.href), 'syncDouble'), 21),
    own,
  )
  assert.deepEqual(ofModule, { state: 'DONE', returnValue: 42, code: undefined, message: undefined })
  const inline = await page.evaluate((own) => window.run(own, async (n) => n, 1), own)
  assert.equal(inline.state, 'FAILED')
  assert.match(inline.message, /'lambda' .* Content-Security-Policy .* expose the function by name/)
}

/** Runs something in the page, and answers what it prints. */
async function printedBy(page, program) {
  const lines = []
  const listen = (message) => lines.push(message.text())
  page.on('console', listen)
  page.setDefaultTimeout(CASES_MS)
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${CASES_MS} ms\n${lines.join('\n')}`)), CASES_MS)
  })
  try {
    await Promise.race([page.evaluate(program), late])
  } finally {
    clearTimeout(timer)
    page.off('console', listen)
  }
  // What a worker logs may come late; the line that sums up is the last.
  const last = lines.findLastIndex((line) => / passed, .* failed, /.test(line))
  return lines.slice(0, last + 1).join('\n')
}
