import { ClusterError } from '../core/errors.js'
import type { FileStore, OpenFiles, SpecFiles } from '../core/files.js'
import { StoredFiles } from '../core/stored-files.js'
import { CarriedFiles } from './carried-files.js'
import type { WaitingTask } from './waiting-tasks.js'

/** The files of a task that is to begin: those that came with it, or those in its folder. */
export async function openFiles(
  { uid, attempt }: WaitingTask,
  files: SpecFiles,
  store: (() => Promise<FileStore>) | undefined,
): Promise<OpenFiles> {
  if ('contents' in files) return new CarriedFiles(uid, files)
  if (store !== undefined) return StoredFiles.open(uid, await store(), files, attempt)
  throw new ClusterError(
    `Task '${uid}': its worker does not reach its files. An adapter with sharesFiles must hand files to its WorkerHost`,
    { uid },
  )
}
