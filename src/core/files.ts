/**
 * Where files of tasks are kept: a file system, or what stands for one in this process.
 *
 * A path is what `join` makes of a folder and names; nothing else is known of its form. Errors of the platform pass through.
 */
export interface FileStore {
  join(folder: string, ...names: readonly string[]): string
  /** With all that leads there; one that is there is left as it is. */
  createFolder(path: string): Promise<void>
  exists(path: string): Promise<boolean>
  read(path: string): Promise<Uint8Array>
  /** Makes the file, or replaces it. Its folder MUST be there. */
  write(path: string, data: Uint8Array | string): Promise<void>
  /** Puts what is at `source` at `target`, too: as a hard link where that can be, else as a copy. Replaces what is there. */
  place(source: string, target: string): Promise<void>
}
