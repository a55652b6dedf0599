import { existsSync } from 'node:fs'
import { run } from './program.mjs'

const DEBIAN = '/usr/bin/chromium'
const INSTALL_MS = 5 * 60_000

/** Where a Chromium is: the one that `CHROMIUM_PATH` names, Debian's, else Playwright's own; `undefined` when nowhere. */
export function chromiumPath(ofPlaywright) {
  return [process.env.CHROMIUM_PATH, DEBIAN, ofPlaywright].find((path) => path && existsSync(path))
}

/** Installs Debian's where that can be done: by root, on a system that has apt. Where it cannot, that is no error. */
export async function installChromium() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return
  console.error('Installing Chromium ...')
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { code, output } = await run('apt-get', args, { timeoutMs: INSTALL_MS })
    if (code !== 0) console.error(`${output}apt-get ${args[0]} ended with exit code ${code}.`)
  }
}
