import { resolve } from 'node:path'
import { runNpm } from './npm.mjs'
import { root } from './root.mjs'
import { packagesStamp } from './stamp.mjs'

/** Installs what a folder needs. Answers why that cannot be done, and how to do it; `undefined` when all is there. */
export async function whyNotInstalled(folder) {
  try {
    await installPackages(folder)
    return undefined
  } catch ({ message }) {
    const [reason = ''] = message.split('\n').filter((line) => /^npm (error|ERR!)/.test(line))
    return `its packages could not be installed: npm install --prefix ${folder}. ${reason}`.trimEnd()
  }
}

/**
 * Installs what the `package.json` of a folder names, where that is missing or has changed.
 *
 * @throws {Error} that says why it could not be installed
 */
export async function installPackages(folder) {
  const stamp = packagesStamp(folder)
  if (stamp.isCurrent()) return
  console.error(`Installing the packages of ${folder} ...`)
  // Without a lock file: there are none but these, pinned, and their binaries for this system.
  const args = ['install', '--prefix', resolve(root, folder), '--no-package-lock', '--no-audit', '--no-fund']
  const { code, output } = await runNpm(args)
  if (code !== 0) throw new Error(`${output}The packages of ${folder} could not be installed.`)
  stamp.write()
}
