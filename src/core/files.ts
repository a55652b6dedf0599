/**
 * Where files of tasks are kept: a file system, or what stands for one in this realm.
 *
 * A path is what `join` and `resolve` make of a folder and names; nothing else is known of its form. Errors of the platform
 * pass through.
 */
export interface FileStore {
  /** Whether its paths are those of the file system: other threads, and other programs, reach its files by them. */
  readonly onDisk: boolean
  /** The path of what is in a folder. */
  join(folder: string, ...names: readonly string[]): string
  /** What a path means that was written in a folder: an absolute one itself, and a `file:` URL its path. */
  resolve(folder: string, path: string): string
  /** With all that leads there; one that is there is left as it is. */
  createFolder(path: string): Promise<void>
  /** Whether there is something at a path. */
  exists(path: string): Promise<boolean>
  /** The bytes are the caller's own. */
  read(path: string): Promise<Uint8Array>
  /** Makes the file, or a new one in its place. Its folder MUST be there. */
  write(path: string, data: Uint8Array | string): Promise<void>
  /** Adds to the file; one that is not there is made. Its folder MUST be there. */
  append(path: string, text: string): Promise<void>
  /** Copies what is at `source` to `target`, and replaces what is there: to change one changes not the other. */
  place(source: string, target: string): Promise<void>
  /** Takes a file away; one that is not there is none. */
  remove(path: string): Promise<void>
}

/** The files of a running task, by their names in its folder: what was staged for it, and what it writes. */
export interface TaskFiles {
  /** Its folder; `undefined` where files have no paths, as on the web. */
  readonly folder: string | undefined
  /** @throws {TaskValidationError} when there is no such file, and for a name that leads out of the folder */
  read(name: string): Promise<Uint8Array>
  /** Text is written as UTF-8. @throws {TaskValidationError} for a name that leads out of the folder */
  write(name: string, data: Uint8Array | string): Promise<void>
  /**
   * Where the file is or will be, for what opens files by their paths. An input is the task's own: it may be changed in place.
   *
   * @throws {TaskValidationError} for a name that leads out of the folder
   * @throws {ClusterError} `ERR_NOT_SUPPORTED` where files have no paths
   */
  path(name: string): string
}

/** The files of a task whose worker reaches its folder. */
export interface FilesInFolder {
  /** The folder of the task. */
  readonly folder: string
  /** Flat pairs: the name of an input, and the path that it was placed from. */
  readonly inputs: readonly string[]
  /** The names of those that it is to write: without these it fails. */
  readonly outputs: readonly string[]
}

/** The files of a task that travel with it, and back. */
export interface FilesCarried {
  /** What it takes: name, bytes, name, bytes. */
  readonly contents: FileContents
  /** The names of those that it is to write: without these it fails. */
  readonly outputs: readonly string[]
}

/** The files that a task was given, and the names of those that it is to write. */
export type SpecFiles = FilesInFolder | FilesCarried

/** Flat pairs: name, bytes. */
export type FileContents = readonly (string | Uint8Array)[]

/** Files as a task holds them that runs here. */
export interface OpenFiles extends TaskFiles {
  /**
   * To be awaited when the task is done: what it writes is written, and what it promised is there. Answers what has to
   * travel to the store.
   *
   * @throws {TaskValidationError} naming the output that is missing
   */
  finish(): Promise<FileContents | undefined>
}

/** The way to the store of a session: made when it is first asked for, and the same from then on. */
export function storeOnce(runtime: { files?(): Promise<FileStore> }): (() => Promise<FileStore>) | undefined {
  if (runtime.files === undefined) return undefined
  let store: Promise<FileStore> | undefined
  return () => {
    store ??= runtime.files?.().catch((error: unknown) => {
      store = undefined
      throw error
    })
    return store as Promise<FileStore>
  }
}
