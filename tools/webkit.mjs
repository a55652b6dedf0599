import { existsSync } from 'node:fs'
import { installDebianPackage, isRoot } from './debian.mjs'

/** What drives WebKitGTK, and a display for it to draw on. */
export const WEBKIT_DRIVER = '/usr/bin/WebKitWebDriver'
export const XVFB = '/usr/bin/Xvfb'

/** How to get what is missing, for those who read of a skipped test. */
export const INSTALL_WEBKIT = 'install it (Debian: apt-get install webkit2gtk-driver xvfb); WebKitGTK is for Linux alone'

export const hasWebKit = () => [WEBKIT_DRIVER, XVFB].every((path) => existsSync(path))

/** Installs Debian's where that can be done: by root, on a system that has apt. Where it cannot, that is no error. */
export async function installWebKit() {
  if (hasWebKit() || !isRoot()) return
  console.error('Installing WebKitGTK ...')
  const { code, output } = await installDebianPackage('webkit2gtk-driver', 'xvfb')
  if (code !== 0) console.error(output.trimEnd())
}
