import { join } from 'node:path'
import { openSite } from '../../e2e/browser.mjs'
import { bundle } from '../../e2e/bundle.mjs'
import { SAMPLE_MS, START_MS, within } from '../within.mjs'

const SCRIPTS = ['page.mjs', 'worker.mjs']

/** Stages in pages of a browser, which serves them from the folder of a consumer. */
export async function pageStages(launch, folder) {
  const site = join(folder, 'site')
  for (const script of SCRIPTS) await bundle(join(folder, 'bench/web', script), join(site, script))
  const { browser, newPage, close } = await openSite(launch, site, 'page.mjs')
  return {
    async setStage(workload, contender, sizes) {
      const page = await newPage()
      page.on('pageerror', (error) => console.error(error))
      const name = `chromium ${workload}, ${contender}`
      await page.waitForFunction(() => typeof window.setStage === 'function', { timeout: START_MS })
      const start = page.evaluate((args) => window.setStage(...args), [workload, contender, sizes])
      const note = await within(START_MS, `${name}: start`, start)
      const takeSample = (at) =>
        within(
          SAMPLE_MS,
          `${name}: ${at}`,
          page.evaluate((at) => window.takeSample(at), at),
        )
      return { note, version: browser.version(), takeSample }
    },
    close,
  }
}
