import { BaseExecutionBackend, type TaskRecord } from 'daskflow'

/** A backend as a user would write one: runs each task at once, on this thread. */
export class OwnBackend extends BaseExecutionBackend {
  readonly #live = new Map<string, TaskRecord>()

  constructor() {
    super('own')
  }

  static async create(): Promise<OwnBackend> {
    return new OwnBackend()
  }

  async submitTasks(tasks: readonly TaskRecord[]): Promise<void> {
    for (const task of tasks) {
      this.#live.set(task.uid, task)
      queueMicrotask(() => this.#run(task))
    }
  }

  async cancelTask(uid: string): Promise<boolean> {
    const task = this.#live.get(uid)
    if (task === undefined) return false
    this.#live.delete(uid)
    this.report(task, 'CANCELED')
    return true
  }

  async shutdown(): Promise<void> {
    await Promise.all([...this.#live.keys()].map((uid) => this.cancelTask(uid)))
  }

  async state(): Promise<string> {
    return 'CONNECTED'
  }

  async #run(task: TaskRecord): Promise<void> {
    const { args = [], kwargs = {} } = task
    const all = Object.keys(kwargs).length > 0 ? [...args, kwargs] : args
    this.report(task, 'RUNNING')
    try {
      task.returnValue = await (task.function as (...args: readonly unknown[]) => unknown)(...structuredClone(all))
      if (this.#live.delete(task.uid)) this.report(task, 'DONE')
    } catch (error) {
      task.exception = error
      if (this.#live.delete(task.uid)) this.report(task, 'FAILED')
    }
  }
}
