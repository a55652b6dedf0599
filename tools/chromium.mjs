import { existsSync } from 'node:fs'
import { installDebianPackage, isRoot } from './debian.mjs'
import { runNode } from './program.mjs'

// Chrome does as well.
const ON_THE_MACHINE = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]
const INSTALL_MS = 5 * 60_000

/** How to get what is missing, for those who read of a skipped test. */
export const INSTALL_CHROMIUM =
  'npm install --prefix e2e; then install it (apt-get install chromium, or npx playwright install chromium in e2e) or name it by CHROMIUM_PATH'

/**
 * Where a Chromium is: the one that `CHROMIUM_PATH` names, one on the machine, else Playwright's; `undefined` when nowhere.
 *
 * @throws {Error} when `CHROMIUM_PATH` names nothing
 */
export function chromiumPath(ofPlaywright) {
  const { CHROMIUM_PATH } = process.env
  if (!CHROMIUM_PATH) return [...ON_THE_MACHINE, ofPlaywright].find((path) => existsSync(path))
  if (existsSync(CHROMIUM_PATH)) return CHROMIUM_PATH
  throw new Error(`There is nothing at CHROMIUM_PATH: ${CHROMIUM_PATH}`)
}

/**
 * Installs Playwright's, else Debian's where that can be done: by root, on a system that has apt. Where neither can be
 * done, that is no error.
 */
export async function installChromium() {
  console.error('Installing Chromium ...')
  const ways = isRoot() ? [installPlaywrights, installDebians] : [installPlaywrights]
  for (const install of ways) {
    const { code, output } = await install()
    if (code === 0) return
    console.error(output.trimEnd())
  }
}

async function installPlaywrights() {
  const installed = await runPlaywright('install')
  // The libraries that it needs are for root to install.
  return installed.code === 0 && isRoot() ? runPlaywright('install-deps') : installed
}

function runPlaywright(command) {
  return runNode('e2e/node_modules/playwright/cli.js', [command, 'chromium'], { timeoutMs: INSTALL_MS })
}

const installDebians = () => installDebianPackage('chromium')
