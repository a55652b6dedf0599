import { bytesOf } from './file-bytes.js'
import type { FileStore } from './files.js'

/** A store in the memory of this realm, for runtimes without a file system. It lasts as long as whoever holds it. */
export class MemoryFiles implements FileStore {
  readonly onDisk = false
  /** By path. Bytes in here are never changed, only replaced. */
  readonly #files = new Map<string, Uint8Array>()

  join(folder: string, ...names: readonly string[]): string {
    return [folder === '/' ? '' : folder, ...names].join('/')
  }

  resolve(folder: string, path: string): string {
    const parts: string[] = []
    for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
      if (part === '..') parts.pop()
      else if (part !== '' && part !== '.') parts.push(part)
    }
    return `/${parts.join('/')}`
  }

  /** Folders are where files are. */
  async createFolder(_path: string): Promise<void> {}

  async exists(path: string): Promise<boolean> {
    return this.#files.has(path)
  }

  async read(path: string): Promise<Uint8Array> {
    return this.#find(path).slice()
  }

  async write(path: string, data: Uint8Array | string): Promise<void> {
    this.#files.set(path, bytesOf(data))
  }

  async append(path: string, text: string): Promise<void> {
    const [before, after] = [this.#files.get(path) ?? new Uint8Array(), bytesOf(text)]
    const bytes = new Uint8Array(before.length + after.length)
    bytes.set(before)
    bytes.set(after, before.length)
    this.#files.set(path, bytes)
  }

  async place(source: string, target: string): Promise<void> {
    this.#files.set(target, this.#find(source))
  }

  async remove(path: string): Promise<void> {
    this.#files.delete(path)
  }

  #find(path: string): Uint8Array {
    const bytes = this.#files.get(path)
    if (bytes === undefined) throw new Error(`There is no file '${path}'`)
    return bytes
  }
}
