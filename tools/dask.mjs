import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installDebianPackage, isRoot } from './debian.mjs'

const NAME = 'dask-scheduler'

/** How to get what is missing, for those who read of a skipped test. */
export const INSTALL_DASK =
  'there is no dask-scheduler (Debian: apt-get install python3-distributed; elsewhere: pip install distributed; DASK_SCHEDULER=/path/to/dask-scheduler names one)'

/**
 * Where Dask's own scheduler is: the one that `DASK_SCHEDULER` names, Debian's, else one on the path; `undefined` when nowhere.
 *
 * @throws {Error} when `DASK_SCHEDULER` names nothing
 */
export function schedulerPath() {
  const { DASK_SCHEDULER, PATH = '' } = process.env
  if (!DASK_SCHEDULER) return [`/usr/bin/${NAME}`, ...PATH.split(delimiter).map((folder) => join(folder, NAME))].find(existsSync)
  if (existsSync(DASK_SCHEDULER)) return DASK_SCHEDULER
  throw new Error(`There is nothing at DASK_SCHEDULER: ${DASK_SCHEDULER}`)
}

/** Installs Debian's, where that can be done. Where it cannot, that is no error. */
export async function installDask() {
  if (!isRoot()) return
  console.error('Installing Dask ...')
  const { code, output } = await installDebianPackage('python3-distributed')
  if (code !== 0) console.error(output.trimEnd())
}
