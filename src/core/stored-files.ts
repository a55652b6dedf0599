import { checkFileName, missingInput, missingOutput, noPath } from './file-names.js'
import type { FileStore, FilesInFolder, OpenFiles } from './files.js'

/** The files of a task that runs where their store is. */
export class StoredFiles implements OpenFiles {
  readonly folder: string | undefined
  readonly #uid: string
  readonly #store: FileStore
  readonly #files: FilesInFolder
  /** What it has begun to write. */
  readonly #writing: Promise<void>[] = []

  private constructor(uid: string, store: FileStore, files: FilesInFolder) {
    this.#uid = uid
    this.#store = store
    this.#files = files
    this.folder = store.onDisk ? files.folder : undefined
  }

  /** `attempt`: from the second on, its inputs are what they were again, whatever an earlier one made of them. */
  static async open(uid: string, store: FileStore, files: FilesInFolder, attempt = 1): Promise<StoredFiles> {
    const { folder, inputs, outputs } = files
    const staged = new Set<string>()
    for (let i = 0; i < inputs.length; i += 2) {
      const [name, source] = [inputs[i] as string, inputs[i + 1] as string]
      staged.add(name)
      const target = store.join(folder, name)
      if (attempt > 1 && source !== target) await store.place(source, target)
    }
    // What an earlier one wrote must not be taken for what this one does.
    for (const name of outputs) if (!staged.has(name)) await store.remove(store.join(folder, name))
    return new StoredFiles(uid, store, files)
  }

  async read(name: string): Promise<Uint8Array> {
    const path = this.#pathOf(name)
    try {
      return await this.#store.read(path)
    } catch (error) {
      throw (await this.#store.exists(path)) ? error : missingInput(this.#uid, name, error)
    }
  }

  async write(name: string, data: Uint8Array | string): Promise<void> {
    const written = this.#store.write(this.#pathOf(name), data)
    this.#writing.push(written)
    return written
  }

  path(name: string): string {
    const path = this.#pathOf(name)
    if (this.folder === undefined) throw noPath(this.#uid, name)
    return path
  }

  async finish(): Promise<undefined> {
    // One that failed told so itself, to whoever awaited it.
    await Promise.allSettled(this.#writing)
    for (const name of this.#files.outputs) {
      if (!(await this.#store.exists(this.#pathOf(name)))) throw missingOutput(this.#uid, name)
    }
  }

  #pathOf(name: string): string {
    checkFileName(name, this.#uid)
    return this.#store.join(this.#files.folder, name)
  }
}
