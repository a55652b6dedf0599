// The site as it is published: it builds, and a person plays in it, in Chromium.
import { strict as assert } from 'node:assert'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { INSTALL_CHROMIUM } from '../../tools/chromium.mjs'
import { whyNotInstalled } from '../../tools/packages.mjs'
import { runNode } from '../../tools/program.mjs'
import { root } from '../../tools/root.mjs'
import { findChromium } from '../browser.mjs'
import { runSuite, skipAll } from '../suite.mjs'
import { serve } from '../web-server.mjs'
import { deadAnchors } from './anchors.mjs'
import { Playground } from './playground.mjs'

const HTML = resolve(root, 'build/site/html')
// What the pages of VitePress need, and what the library says that it does: no 'unsafe-eval'.
const POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline' blob:; style-src 'self' 'unsafe-inline'; worker-src blob:; img-src 'self' data:"
const STEP_MS = 30_000

const missing = await whyNotInstalled('site')
if (missing === undefined) await test()
else skipAll('the site', missing)

async function test() {
  const launch = await findChromium()
  let browser
  let server
  const play = (name, story) => ({
    [name]: async () => {
      if (launch === undefined) return INSTALL_CHROMIUM
      if (!existsSync(HTML)) return 'it was not built'
      browser ??= await launch()
      server ??= await serve(HTML, () => POLICY)
      const page = await browser.newPage()
      page.setDefaultTimeout(STEP_MS)
      await page.goto(`${server.url}playground.html`)
      try {
        await story(new Playground(page), page)
      } finally {
        await page.close()
      }
    },
  })
  try {
    await runSuite({
      'it builds, and no link is dead': async () => {
        const { code, output } = await runNode('tools/site.mjs')
        assert.equal(code, 0, output)
        assert.deepEqual(deadAnchors(HTML), [])
        for (const page of [
          'overview',
          'guide/client',
          'decisions/index',
          'api/daskflow/classes/Client',
          'api/daskflow/dask/index',
        ])
          assert.ok(existsSync(resolve(HTML, `${page}.html`)), page)
      },
      ...play('a person edits a task, runs it, and sees all done', async (playground) => {
        await playground.run('(index) => index * 2', { workers: 2, tasks: 12 })
        await playground.ended()
        assert.deepEqual(await playground.counts(), { waiting: 0, running: 0, done: 12, failed: 0, cancelled: 0 })
        // By the keyboard: where tasks are as short, others may lie above it.
        await playground.task(7).press('Enter')
        await playground.page.getByText('Task 7, done: 14').waitFor()
        assert.match(await playground.count('time'), /^\d+\.\d\d s$/)
        assert.match(await playground.count('speed-up'), /^\d+\.\d\d$/)
      }),
      ...play('there is a lane for each worker, and progress in it', async (playground) => {
        const task = `async (index, { report }) => {
          report(0.5)
          if (index < 2) await new Promise(() => {})
          return index
        }`
        await playground.run(task, { workers: 2, tasks: 3 })
        await playground.page.getByRole('button', { name: 'Task 0, running: 50 %' }).waitFor()
        await playground.page.getByRole('button', { name: 'Task 1, running: 50 %' }).waitFor()
        assert.equal(await playground.page.getByRole('region', { name: /^Worker/ }).count(), 2)
        await playground.page.getByRole('button', { name: 'Cancel all' }).click()
        await playground.ended()
        assert.equal((await playground.counts()).cancelled, 3)
      }),
      ...play('one task is cancelled by a click, a loop without end, and the others are done', async (playground) => {
        await playground.run('(index) => { while (index === 3); return index }', { workers: 2, tasks: 8 })
        await playground.task(3, 'running').click()
        await playground.ended()
        assert.deepEqual(await playground.counts(), { waiting: 0, running: 0, done: 7, failed: 0, cancelled: 1 })
      }),
      ...play('what a task throws is shown, and so is what does not compile', async (playground, page) => {
        await playground.run("(index) => { if (index === 5) throw new RangeError('five'); return index }", { tasks: 6 })
        await playground.ended()
        assert.equal(await page.getByRole('alert').textContent(), 'Task 5: RangeError: five')
        assert.equal((await playground.counts()).failed, 1)
        await playground.run('(index) => {', { tasks: 6 })
        await page.getByText('SyntaxError').waitFor()
      }),
    })
  } finally {
    await browser?.close()
    server?.close()
  }
}
