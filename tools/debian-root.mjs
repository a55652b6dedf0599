import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { installDebianPackage, isRoot } from './debian.mjs'
import { run } from './program.mjs'
import { root } from './root.mjs'

const MAKE_MS = 10 * 60_000

/** A folder that holds another release of Debian, whose programs run here. */
export class DebianRoot {
  #folder

  constructor(release) {
    this.release = release
    this.#folder = resolve(root, '.cache/debian', release)
  }

  get exists() {
    return existsSync(this.#folder)
  }

  /** Makes it, with a package. Answers why that cannot be done; `undefined` when it is there. */
  async make(name) {
    if (this.exists) return undefined
    if (!isRoot()) return 'only root on Linux can set it up'
    if (!existsSync('/usr/sbin/debootstrap')) {
      const { code, output } = await installDebianPackage('debootstrap')
      if (code !== 0) return `debootstrap could not be installed: ${lastLine(output)}`
    }
    const mirror = await mirrorOfDebian()
    if (mirror === undefined) return 'apt knows no mirror of Debian'
    // Of one that was interrupted. Renamed at the end, it is whole as soon as it has its name.
    const half = `${this.#folder}.half`
    rmSync(half, { recursive: true, force: true })
    mkdirSync(half, { recursive: true })
    const args = ['debootstrap', '--variant=minbase', `--include=${name}`, this.release, half, mirror]
    // What it mounts is gone with it, however it ends: nothing that removes the folder meets the system's own /proc.
    const { code, output } = await run('unshare', ['--mount', ...args], { timeoutMs: MAKE_MS })
    if (code !== 0) {
      rmSync(half, { recursive: true, force: true })
      return `debootstrap failed: ${lastLine(output)}`
    }
    renameSync(half, this.#folder)
    return undefined
  }

  /** How one of its programs is started. It is one process, and what it sees of this machine is gone when that is. */
  command(path, args) {
    return ['unshare', ['--mount', 'sh', '-c', ENTER, this.#folder, tmpdir(), path, ...args]]
  }
}

// It sees the system's processes, and the files that tests make for it.
const ENTER =
  'mount -t proc proc "$0/proc" && mkdir -p "$0$1" && mount --bind "$1" "$0$1" && root=$0 && shift && exec chroot "$root" "$@"'

/** The one that apt is told of. */
async function mirrorOfDebian() {
  const { code, output } = await run('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI)',
    'Created-By: Packages',
    'Label: Debian',
  ])
  return code === 0 ? output.split('\n').find((line) => /^https?:/.test(line)) : undefined
}

function lastLine(output) {
  return output.trimEnd().split('\n').at(-1)
}
