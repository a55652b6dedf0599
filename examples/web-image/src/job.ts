import { type DaskExecutionBackend, type NamedTask, type TaskRecord, transfer } from 'daskflow'
import type { Filters } from './filters.worker.ts'
import { type Area, blank, cut, type Pixels, paste } from './pixels.ts'
import { tilesOf } from './tiles.ts'

export type FilterName = keyof Filters

let jobs = 0

/** An image on its way through a filter, tile by tile. */
export class Job {
  readonly #backend: DaskExecutionBackend
  readonly #result: Pixels
  /** Where the results of the tasks belong that have not ended. */
  readonly #targets = new Map<TaskRecord, Area>()

  constructor(backend: DaskExecutionBackend, filter: FilterName, image: Pixels) {
    const job = ++jobs
    this.#backend = backend
    this.#result = blank(image.width, image.height)
    for (const [tile, { source, inner, target }] of tilesOf(image).entries()) {
      const part = cut(image, source)
      const task: NamedTask<Filters> = {
        uid: `job.${job}.tile.${tile}`,
        function: filter,
        args: [transfer(part, [part.data.buffer]), inner],
      }
      this.#targets.set(task, target)
    }
  }

  /**
   * Resolves to the filtered image; to `undefined` when the job was cancelled. Rejects with what went wrong in a tile.
   *
   * @param onProgress called with the share of the tiles that are done
   */
  run(onProgress: (share: number) => void): Promise<Pixels | undefined> {
    const tasks = [...this.#targets.keys()]
    return new Promise((resolve, reject) => {
      const unsubscribe = this.#backend.registerCallback((task, state) => {
        const target = this.#targets.get(task)
        if (target === undefined || state === 'RUNNING') return
        this.#targets.delete(task)
        if (state === 'DONE') {
          paste(this.#result, task.returnValue as Pixels, target)
          onProgress(1 - this.#targets.size / tasks.length)
        }
        if (state === 'FAILED') this.cancel()
        if (this.#targets.size > 0) return
        unsubscribe()
        const failed = tasks.find((task) => task.state === 'FAILED')
        if (failed !== undefined) reject(failed.exception)
        else resolve(tasks.every((task) => task.state === 'DONE') ? this.#result : undefined)
      })
      this.#backend.submitTasks(tasks).catch(reject)
    })
  }

  cancel(): void {
    for (const { uid } of this.#targets.keys()) this.#backend.cancelTask(uid)
  }
}
