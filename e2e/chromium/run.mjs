// The packed package in a page of Chromium.
import { strict as assert } from 'node:assert'
import { INSTALL_CHROMIUM } from '../../tools/chromium.mjs'
import { findChromium } from '../browser.mjs'
import { Consumer } from '../consumer.mjs'
import { printedBy } from '../engines/engines.mjs'
import { makeSite } from '../engines/site.mjs'
import { runSuite, skipAll } from '../suite.mjs'
import { serve } from '../web-server.mjs'

const launch = await findChromium()
if (launch === undefined) skipAll('all of Chromium', INSTALL_CHROMIUM)
else await runInChromium()

async function runInChromium() {
  const consumer = await Consumer.create()
  const site = await serve(await makeSite(consumer))
  const browser = await launch()
  try {
    const page = await browser.newPage()
    await page.goto(site.url)
    await runInPage(page)
  } finally {
    await browser.close()
    site.close()
    consumer.remove()
  }
}

async function runInPage(page) {
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
    'a person sees in the page what was tried, and why a case was skipped': async () => {
      const shown = await page.context().browser().newPage()
      await shown.goto(`${page.url()}?only=values`)
      await shown.getByRole('button', { name: 'Run the cases' }).click()
      const counts = await shown.getByText(/^Done: \d+ passed, 0 failed, [1-9]\d* skipped$/).textContent()
      const [passed, failed, skipped] = counts.match(/\d+/g).map(Number)
      const rows = (outcome) => shown.getByRole('row', { name: ` ${outcome} ` })
      assert.deepEqual([await shown.locator('tr.passed').count(), await shown.locator('tr.failed').count()], [passed, failed])
      assert.equal(await rows('skipped').count(), skipped)
      assert.notEqual(await rows('skipped').first().getByRole('cell').last().textContent(), '')
      await shown.close()
    },
    'a page that is closed with tasks running takes its workers with it, and nobody else': () => seeClosedPage(page),
  }
  await runSuite(
    tests,
    () => printedBy(page, 'cases'),
    () => printedBy(page, 'faults'),
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
