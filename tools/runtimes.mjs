import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { chromiumPath, installChromium } from './chromium.mjs'
import { Dask, installDask } from './dask.mjs'
import { runNpm } from './npm.mjs'
import { root } from './root.mjs'
import { runtimeStamp } from './stamp.mjs'

/**
 * Installs the runtimes that the end-to-end tests need, where they are missing or others. Where that cannot be done, it
 * says why on stderr, and those tests are skipped.
 */
export async function installRuntimes() {
  await installFromNpm()
  const playwright = await import(new URL('../e2e/node_modules/playwright/index.mjs', import.meta.url)).catch(() => undefined)
  if (playwright !== undefined && chromiumPath(playwright.chromium.executablePath()) === undefined) await installChromium()
  if (Dask.find() === undefined) await installDask()
}

async function installFromNpm() {
  const stamp = runtimeStamp()
  if (stamp.isCurrent()) return
  console.error('Installing runtimes ...')
  // Without a lock file: there are none but these, pinned, and their binaries for this system.
  const args = ['install', '--prefix', resolve(root, 'e2e'), '--no-package-lock', '--no-audit', '--no-fund']
  const { code, output } = await runNpm(args)
  if (code === 0) stamp.write()
  else console.error(`${output}The runtimes could not be installed; their tests are skipped.`)
}

/** How to get what is missing, for those who read of a skipped test. */
export const INSTALL_RUNTIMES = 'it is not installed (npm install --prefix e2e)'

/** Where the program of a runtime is; `undefined` when it is not installed. */
export function programOf(runtime) {
  const names = process.platform === 'win32' ? [`${runtime}.cmd`] : [runtime]
  return names.map((name) => resolve(root, 'e2e/node_modules/.bin', name)).find(existsSync)
}
