import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { installDebianPackage, isRoot } from './debian.mjs'
import { DebianRoot } from './debian-root.mjs'
import { run } from './program.mjs'

const SCHEDULER = 'dask-scheduler'

/** How to get what is missing, for those who read of a skipped test. */
export const INSTALL_DASK =
  'there is no dask-scheduler (Debian: apt-get install python3-distributed; elsewhere: pip install distributed; DASK_SCHEDULER=/path/to/dask-scheduler names one)'

const PACKAGE = 'python3-distributed'

// The releases of Debian that have them.
const RELEASES = new Map([
  ['2022.12', 'bookworm'],
  ['2024.12', 'trixie'],
])

/** Those that can be had anywhere that root is on Linux with an apt. */
export const VERSIONS = [...RELEASES.keys()]

/** An installation of Dask. */
export class Dask {
  /**
   * The one that `DASK_SCHEDULER` names, Debian's, else one on the path; `undefined` when there is none.
   *
   * @throws {Error} when `DASK_SCHEDULER` names nothing
   */
  static find() {
    const { DASK_SCHEDULER, PATH = '' } = process.env
    if (DASK_SCHEDULER && !existsSync(DASK_SCHEDULER)) throw new Error(`There is nothing at DASK_SCHEDULER: ${DASK_SCHEDULER}`)
    const folders = ['/usr/bin', ...PATH.split(delimiter)]
    const path = DASK_SCHEDULER || folders.map((folder) => join(folder, SCHEDULER)).find(existsSync)
    return path && new Dask("the machine's own", (name, args) => [pathOf(name, dirname(path)), args])
  }

  /** One of that version, `'2024.12'`: the machine's own, else Debian's, where `install` has put it; else `undefined`. */
  static async of(version) {
    const own = Dask.find()
    if (own !== undefined && isOf(version, await own.version())) return own
    const debian = debianWith(version)
    if (!debian?.exists) return undefined
    return new Dask(`Debian's ${debian.release}`, (name, args) => debian.command(`/usr/bin/${name}`, args))
  }

  /** Sees to it that there is one of that version. Answers why there can be none; `undefined` when there is. */
  static async install(version) {
    if (await Dask.of(version)) return undefined
    const debian = debianWith(version)
    if (debian === undefined) return `Debian has ${VERSIONS.join(' and ')}; DASK_SCHEDULER=/path/to/dask-scheduler names another`
    console.error(`Setting up Debian's ${debian.release} ...`)
    return debian.make(PACKAGE)
  }

  /** Whose it is. */
  origin
  /** How one of its programs is started: `dask-scheduler`, `dask-worker`, `python3`. */
  command

  constructor(origin, command) {
    this.origin = origin
    this.command = command
  }

  /** What it says of itself: `2024.12.1`. @throws {Error} when it says nothing */
  async version() {
    const { output } = await run(...this.command('python3', ['-c', 'import distributed; print(distributed.__version__)']))
    const [version] = /^\d{4}\.\d+\S*$/m.exec(output) ?? []
    if (version === undefined) throw new Error(`This Dask does not say its version:\n${output}`)
    return version
  }
}

function pathOf(name, folder) {
  return (name === 'python3' && process.env.PYTHON) || join(folder, name)
}

function debianWith(version) {
  const release = RELEASES.get(version)
  return release && new DebianRoot(release)
}

/** Whether a version as it is said in full is that one: `2024.12.1` is of `2024.12`. */
function isOf(version, inFull) {
  return inFull.startsWith(version) && !/^\d/.test(inFull.slice(version.length))
}

/** Installs Debian's, where that can be done. Where it cannot, that is no error. */
export async function installDask() {
  if (!isRoot()) return
  console.error('Installing Dask ...')
  const { code, output } = await installDebianPackage(PACKAGE)
  if (code !== 0) console.error(output.trimEnd())
}
