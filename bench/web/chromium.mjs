// Measures in a page of Chromium. The argument is a folder that holds this one beside the installed package.
import { join } from 'node:path'
import { findChromium, withPage } from '../../e2e/browser.mjs'
import { bundle } from '../../e2e/bundle.mjs'
import { report } from '../report.mjs'
import { sizes } from '../sizes.mjs'

const SCRIPTS = ['page.mjs', 'worker.mjs']

const [, , folder] = process.argv
const site = join(folder, 'site')
for (const script of SCRIPTS) await bundle(join(folder, 'bench/web', script), join(site, script))
await withPage(await findChromium(), site, 'page.mjs', async (page, browser) => {
  page.on('pageerror', (error) => console.error(error))
  await page.waitForFunction(() => typeof window.measure === 'function')
  const results = await page.evaluate((sizes) => window.measure(sizes), sizes)
  report(`Chromium ${browser.version()}, Web Workers`, results)
})
