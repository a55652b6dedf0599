import { bytesOf } from '../core/file-bytes.js'
import { checkFileName, missingInput, missingOutput, noPath } from '../core/file-names.js'
import type { FileContents, FilesCarried, OpenFiles } from '../core/files.js'

/** The files of a task that came with it, since their store is on another thread. What it writes goes back there. */
export class CarriedFiles implements OpenFiles {
  readonly folder = undefined
  readonly #uid: string
  readonly #outputs: readonly string[]
  readonly #files = new Map<string, Uint8Array>()
  readonly #written = new Set<string>()

  constructor(uid: string, { contents, outputs }: FilesCarried) {
    this.#uid = uid
    this.#outputs = outputs
    for (let i = 0; i < contents.length; i += 2) this.#files.set(contents[i] as string, contents[i + 1] as Uint8Array)
  }

  async read(name: string): Promise<Uint8Array> {
    checkFileName(name, this.#uid)
    const bytes = this.#files.get(name)
    if (bytes === undefined) throw missingInput(this.#uid, name)
    return bytes.slice()
  }

  async write(name: string, data: Uint8Array | string): Promise<void> {
    checkFileName(name, this.#uid)
    this.#files.set(name, bytesOf(data))
    this.#written.add(name)
  }

  path(name: string): never {
    checkFileName(name, this.#uid)
    throw noPath(this.#uid, name)
  }

  async finish(): Promise<FileContents> {
    for (const name of this.#outputs) if (!this.#files.has(name)) throw missingOutput(this.#uid, name)
    return [...this.#written].flatMap((name) => [name, this.#files.get(name) as Uint8Array])
  }
}
