import { existsSync } from 'node:fs'
import { run } from './program.mjs'

const DEBIAN = '/usr/bin/chromium'

/** Where a Chromium is: the one that `CHROMIUM_PATH` names, Debian's, Playwright's own; else Debian's is installed by root. */
export async function findChromium(ofPlaywright) {
  const found = [process.env.CHROMIUM_PATH, DEBIAN, ofPlaywright].find((path) => path && existsSync(path))
  if (found) return found
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  console.error('Installing Chromium ...')
  await run('apt-get', ['update'])
  await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'])
  return existsSync(DEBIAN) ? DEBIAN : undefined
}
