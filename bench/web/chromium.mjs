// Measures one workload in a page of Chromium, from a folder that holds this one beside the installed package. The
// arguments are the runtime's name, the workload's, and the file to write what was measured to.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { findChromium, withPage } from '../../e2e/browser.mjs'
import { bundle } from '../../e2e/bundle.mjs'
import { sizes } from '../sizes.mjs'

const SCRIPTS = ['page.mjs', 'worker.mjs']

const [, , , workload, file] = process.argv
for (const script of SCRIPTS) await bundle(resolve('bench/web', script), resolve('site', script))
await withPage(await findChromium(), resolve('site'), 'page.mjs', async (page, browser) => {
  page.on('pageerror', (error) => console.error(error))
  await page.waitForFunction(() => typeof window.measure === 'function')
  const tables = await page.evaluate(([workload, sizes]) => window.measure(workload, sizes), [workload, sizes])
  writeFileSync(file, JSON.stringify({ version: browser.version(), tables }))
})
