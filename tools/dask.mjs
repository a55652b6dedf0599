import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { installDebianPackage, isRoot } from './debian.mjs'

const SCHEDULER = 'dask-scheduler'

/** How to get what is missing, for those who read of a skipped test. */
export const INSTALL_DASK =
  'there is no dask-scheduler (Debian: apt-get install python3-distributed; elsewhere: pip install distributed; DASK_SCHEDULER=/path/to/dask-scheduler names one)'

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
    return path && new Dask(dirname(path))
  }

  #folder

  constructor(folder) {
    this.#folder = folder
  }

  /** How one of its programs is started: `dask-scheduler`, `dask-worker`, `python3`. */
  command(name, args) {
    const path = join(this.#folder, name)
    return [name === 'python3' ? (process.env.PYTHON ?? path) : path, args]
  }
}

/** Installs Debian's, where that can be done. Where it cannot, that is no error. */
export async function installDask() {
  if (!isRoot()) return
  console.error('Installing Dask ...')
  const { code, output } = await installDebianPackage('python3-distributed')
  if (code !== 0) console.error(output.trimEnd())
}
