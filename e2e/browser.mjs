import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromiumPath } from '../tools/chromium.mjs'
import { serve } from './web-server.mjs'

const ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** What launches Chromium; `undefined` where it, or what drives it, is not installed. */
export async function findChromium() {
  const playwright = await import('playwright').catch(() => undefined)
  const executablePath = playwright && chromiumPath(playwright.chromium.executablePath())
  return executablePath && (() => playwright.chromium.launch({ executablePath, chromiumSandbox: false, args: ARGS }))
}

/** A browser, and a page of `script` for it: as many as wanted, each with a process of its own. */
export async function openSite(launch, folder, script) {
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><title>daskflow</title><script type="module" src="/${script}"></script>`,
  )
  const browser = await launch()
  const server = await serve(folder)
  return {
    browser,
    async newPage() {
      const page = await browser.newPage()
      await page.goto(server.url)
      return page
    },
    async close() {
      await browser.close()
      server.close()
    },
  }
}
