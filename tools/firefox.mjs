import { existsSync } from 'node:fs'
import { installDebianPackage, isRoot } from './debian.mjs'

const ON_THE_MACHINE = [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
]

/** How to get what is missing, for those who read of a skipped test. */
export const INSTALL_FIREFOX =
  'npm install --prefix e2e/engines; then install it (apt-get install firefox-esr, or from https://www.firefox.com) or name it by FIREFOX_PATH'

/**
 * Where a Firefox is: the one that `FIREFOX_PATH` names, else one on the machine; `undefined` when nowhere.
 *
 * @throws {Error} when `FIREFOX_PATH` names nothing
 */
export function firefoxPath() {
  const { FIREFOX_PATH } = process.env
  if (!FIREFOX_PATH) return ON_THE_MACHINE.find((path) => existsSync(path))
  if (existsSync(FIREFOX_PATH)) return FIREFOX_PATH
  throw new Error(`There is nothing at FIREFOX_PATH: ${FIREFOX_PATH}`)
}

/** Installs Debian's where that can be done: by root, on a system that has apt. Where it cannot, that is no error. */
export async function installFirefox() {
  if (firefoxPath() !== undefined || !isRoot()) return
  console.error('Installing Firefox ...')
  const { code, output } = await installDebianPackage('firefox-esr')
  if (code !== 0) console.error(output.trimEnd())
}
