import type { FileStore } from '../core/files.js'
import type { Logger } from '../core/logger.js'
import { messageOf } from '../core/message-of.js'
import { notSupported } from '../core/not-supported.js'

/** Where checkpoints of an engine go. */
interface CheckpointPlace {
  readonly uid: string
  readonly workDir: string
  readonly files: (() => Promise<FileStore>) | undefined
}

/** A file that gets a line for every event: JSON, as AsyncFlow's checkpoints have it. */
export class Checkpoint {
  readonly #store: FileStore
  readonly #path: string
  readonly #logger: Logger
  #lines: string[] = []
  #writing: Promise<void> | undefined

  private constructor(store: FileStore, path: string, logger: Logger) {
    this.#store = store
    this.#path = path
    this.#logger = logger
  }

  /**
   * Makes the folder.
   *
   * @throws {ClusterError} `ERR_NOT_SUPPORTED` where there are no files; what the platform says when it cannot be made
   */
  static async open(path: string, { uid, workDir, files }: CheckpointPlace, logger: Logger): Promise<Checkpoint> {
    const store = await files?.()
    if (store === undefined) throw notSupported('checkpointPath, where there are no files,')
    const folder = store.resolve(store.resolve('', workDir), path)
    await store.createFolder(folder)
    return new Checkpoint(store, store.join(folder, `${uid}.jsonl`), logger)
  }

  add(event: object): void {
    this.#lines.push(`${lineOf(event)}\n`)
    // What comes while some are written goes with the next.
    this.#writing ??= this.#write()
  }

  /** Resolves when all is written. Never rejects. */
  async close(): Promise<void> {
    await this.#writing
  }

  async #write(): Promise<void> {
    try {
      while (this.#lines.length > 0) {
        const text = this.#lines.join('')
        this.#lines = []
        await this.#store.append(this.#path, text)
      }
    } catch (error) {
      this.#logger.error(`daskflow: the checkpoint '${this.#path}' could not be written:`, error)
    }
    this.#writing = undefined
  }
}

// Whoever emits events of their own may put anything in them.
function lineOf(event: object): string {
  try {
    return JSON.stringify(event)
  } catch (error) {
    return JSON.stringify({ ...event, attributes: { error: messageOf(error) } })
  }
}
