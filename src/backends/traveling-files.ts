import { checkFileName } from '../core/file-names.js'
import type { FileContents, FileStore, FilesInFolder, SpecFiles } from '../core/files.js'
import type { LiveTask } from './live-tasks.js'
import { type FileSession, findFiles, hasFiles } from './task-files.js'

/** Where the files of a task are at home, and what it wrote elsewhere. */
interface Home {
  readonly uid: string
  readonly store: FileStore
  readonly folder: string
  written: FileContents
}

// Tasks whose files are read at a time: a process may hold only so many open.
const AT_A_TIME = 16

/** The files of the tasks that a cluster runs: what goes there with them, and what comes back. */
export class TravelingFiles {
  readonly #homes = new Map<LiveTask, Home>()
  readonly #storing = new Set<Promise<unknown>>()

  /** Whether any of these has files. */
  static among(tasks: readonly LiveTask[]): boolean {
    return tasks.some(isWithFiles)
  }

  /** What goes with those that have files. Where workers reach the store, that is no more than paths. */
  async pack(
    tasks: readonly LiveTask[],
    { session, sharesFiles }: { readonly session: FileSession; readonly sharesFiles: boolean },
    onFailed: (task: LiveTask, exception: unknown) => void,
  ): Promise<ReadonlyMap<LiveTask, SpecFiles>> {
    const packed = new Map<LiveTask, SpecFiles>()
    const pack = async (task: LiveTask) => {
      try {
        const { store, files } = await findFiles(session, task.record)
        const goes = store.onDisk && sharesFiles ? files : await contentsOf(store, files)
        if (task.ended) return
        packed.set(task, goes)
        if ('contents' in goes) this.#homes.set(task, { uid: task.uid, store, folder: files.folder, written: [] })
      } catch (error) {
        if (!task.ended) onFailed(task, error)
      }
    }
    const all = tasks.filter(isWithFiles)
    for (let i = 0; i < all.length; i += AT_A_TIME) await Promise.all(all.slice(i, i + AT_A_TIME).map(pack))
    return packed
  }

  /** What a task wrote where it ran; the last counts, since it may have been run again. */
  wrote(task: LiveTask, files: FileContents): void {
    const home = this.#homes.get(task)
    if (home !== undefined) home.written = files
  }

  /** Brings home what a task wrote, that is done; `undefined` when there is nothing to wait for. */
  store(task: LiveTask): Promise<void> | undefined {
    const home = this.#homes.get(task)
    if (home === undefined || home.written.length === 0) return undefined
    const storing = writeAll(home)
    const settled = storing.catch(() => undefined).finally(() => this.#storing.delete(settled))
    this.#storing.add(settled)
    return storing
  }

  /** It has ended. */
  forget(task: LiveTask): void {
    if (this.#homes.size > 0) this.#homes.delete(task)
  }

  /** Resolves when all is home that was on its way. */
  async quiet(): Promise<void> {
    await Promise.all(this.#storing)
  }
}

function isWithFiles({ record }: LiveTask): boolean {
  try {
    return hasFiles(record)
  } catch {
    // A getter that throws is why it will be refused.
    return false
  }
}

async function contentsOf(store: FileStore, { folder, inputs, outputs }: FilesInFolder): Promise<SpecFiles> {
  const contents: (string | Uint8Array)[] = []
  for (let i = 0; i < inputs.length; i += 2) {
    const name = inputs[i] as string
    contents.push(name, await store.read(store.join(folder, name)))
  }
  return { contents, outputs }
}

async function writeAll({ uid, store, folder, written }: Home): Promise<void> {
  for (let i = 0; i < written.length; i += 2) {
    const name = written[i]
    // User code runs where this comes from, and can post what it likes.
    checkFileName(name, uid)
    await store.write(store.join(folder, name), written[i + 1] as Uint8Array)
  }
}
