import { resolve } from 'node:path'
import { runNpm } from './npm.mjs'
import { root } from './root.mjs'
import { peerStamp } from './stamp.mjs'

/**
 * Installs the libraries that the benchmark compares with, where they are missing or others.
 *
 * @throws {Error} that says why they could not be installed
 */
export async function installPeers() {
  const stamp = peerStamp()
  if (stamp.isCurrent()) return
  console.error('Installing peers ...')
  // Without a lock file: there are none but these, pinned.
  const args = ['install', '--prefix', resolve(root, 'bench'), '--no-package-lock', '--no-audit', '--no-fund']
  const { code, output } = await runNpm(args)
  if (code !== 0) throw new Error(`${output}The peers could not be installed.`)
  stamp.write()
}
