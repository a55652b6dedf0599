import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { chromiumPath, installChromium } from './chromium.mjs'
import { Dask, installDask } from './dask.mjs'
import { installFirefox } from './firefox.mjs'
import { installPackages, whyNotInstalled } from './packages.mjs'
import { root } from './root.mjs'
import { installWebKit } from './webkit.mjs'

/**
 * Installs the runtimes that the end-to-end tests need, where they are missing or others. Where that cannot be done, it
 * says why on stderr, and those tests are skipped. `isAll`: also what the tests need that take minutes.
 */
export async function installRuntimes(isAll) {
  await installPackages('e2e').catch(({ message }) => console.error(`${message} Tests in other runtimes are skipped.`))
  const playwright = await import(new URL('../e2e/node_modules/playwright/index.mjs', import.meta.url)).catch(() => undefined)
  if (playwright !== undefined && chromiumPath(playwright.chromium.executablePath()) === undefined) await installChromium()
  if (Dask.find() === undefined) await installDask()
  if (isAll) await installWhatTakesLong()
}

// One after the other: apt lets in one at a time. Whoever needs it says why it is not there.
async function installWhatTakesLong() {
  for (const name of ['bundlers', 'engines', 'frameworks', 'nodes']) await whyNotInstalled(`e2e/${name}`)
  await whyNotInstalled('site')
  await installFirefox()
  await installWebKit()
}

/** How to get what is missing, for those who read of a skipped test. */
export const INSTALL_RUNTIMES = 'it is not installed (npm install --prefix e2e)'

/** Where the program of a runtime is; `undefined` when it is not installed. */
export function programOf(runtime) {
  const names = process.platform === 'win32' ? [`${runtime}.cmd`] : [runtime]
  return names.map((name) => resolve(root, 'e2e/node_modules/.bin', name)).find(existsSync)
}
