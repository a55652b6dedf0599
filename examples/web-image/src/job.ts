import { type DaskExecutionBackend, type NamedTask, type TaskRecord, transfer, type Unsubscribe } from 'daskflow'
import type { Filters } from './filters.worker.ts'
import { type Area, blank, cut, type Pixels, paste } from './pixels.ts'
import { tilesOf } from './tiles.ts'

export type FilterName = keyof Filters

let jobs = 0

type TileTask = NamedTask<Filters>

/** An image on its way through a filter, tile by tile. */
export class Job {
  readonly #backend: DaskExecutionBackend
  readonly #result: Pixels
  /** The tasks that have not ended, and where their results belong. */
  readonly #targets = new Map<TaskRecord, { readonly task: TileTask; readonly target: Area }>()

  constructor(backend: DaskExecutionBackend, filter: FilterName, image: Pixels) {
    const job = ++jobs
    this.#backend = backend
    this.#result = blank(image.width, image.height)
    for (const [tile, { source, inner, target }] of tilesOf(image).entries()) {
      const part = cut(image, source)
      const task: TileTask = {
        uid: `job.${job}.tile.${tile}`,
        function: filter,
        args: [transfer(part, [part.data.buffer]), inner],
      }
      this.#targets.set(task, { task, target })
    }
  }

  /**
   * Resolves to the filtered image; to `undefined` when the job was cancelled. Rejects with what went wrong in a tile.
   *
   * @param onProgress called with the share of the tiles that are done
   * @param signal cancels the job
   */
  async run(onProgress: (share: number) => void, signal: AbortSignal): Promise<Pixels | undefined> {
    if (signal.aborted) return undefined
    const tasks = [...this.#targets.keys()]
    const cancel = () => {
      for (const { uid } of this.#targets.keys()) this.#backend.cancelTask(uid)
    }
    signal.addEventListener('abort', cancel)
    let unsubscribe: Unsubscribe = () => {}
    const ended = new Promise<void>((resolve) => {
      unsubscribe = this.#backend.registerCallback((record, state) => {
        const found = this.#targets.get(record)
        if (found === undefined || state === 'RUNNING') return
        this.#targets.delete(record)
        if (found.task.returnValue !== undefined) paste(this.#result, found.task.returnValue, found.target)
        if (state === 'DONE') onProgress(1 - this.#targets.size / tasks.length)
        if (state === 'FAILED') cancel()
        if (this.#targets.size === 0) resolve()
      })
    })
    try {
      await this.#backend.submitTasks(tasks)
      await ended
    } finally {
      unsubscribe()
      signal.removeEventListener('abort', cancel)
    }
    const failed = tasks.find((task) => task.state === 'FAILED')
    if (failed !== undefined) throw failed.exception
    return tasks.every((task) => task.state === 'DONE') ? this.#result : undefined
  }
}
