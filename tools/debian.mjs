import { run } from './program.mjs'

const INSTALL_MS = 5 * 60_000

/** Whether packages of the system can be installed here. */
export function isRoot() {
  return process.platform === 'linux' && process.getuid() === 0
}

/** Where there is an apt. Answers what the last step printed, and its exit code. */
export async function installDebianPackage(...names) {
  const update = await run('apt-get', ['update'], { timeoutMs: INSTALL_MS })
  if (update.code !== 0) return update
  return run('apt-get', ['install', '-y', '--no-install-recommends', ...names], { timeoutMs: INSTALL_MS })
}
