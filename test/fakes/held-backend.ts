import { BaseExecutionBackend, type ExplicitDataDep, type TaskRecord, type TaskState } from 'daskflow'

export interface HeldBackendOptions {
  /** Whether it cancels what it is asked to. Default true. */
  readonly cancels?: boolean
}

/** A backend that runs nothing: its tasks change their state when a test says so. It writes down what an engine asks of it. */
export class HeldBackend extends BaseExecutionBackend {
  /** The names of the tasks of each batch. */
  readonly batches: (readonly string[])[] = []
  /** The tasks that it was asked to cancel, by name. */
  readonly cancelAsked: string[] = []
  /** `source -> task` for each link of values; of files, `source -> task: file`. */
  readonly links: string[] = []
  shutdowns = 0
  readonly #options: HeldBackendOptions
  readonly #tasks = new Map<string, TaskRecord>()
  readonly #live = new Set<TaskRecord>()
  #waiting: { readonly name: string; readonly resolve: (task: TaskRecord) => void }[] = []

  constructor(name = 'held', options: HeldBackendOptions = {}) {
    super(name)
    this.#options = options
  }

  /** Resolves when it has a task of this name. */
  has(name: string): Promise<TaskRecord> {
    const task = this.#tasks.get(name)
    return task !== undefined ? Promise.resolve(task) : new Promise((resolve) => this.#waiting.push({ name, resolve }))
  }

  /** Tells of a task, as soon as it has that. */
  async tell(name: string, state: TaskState, outcome?: Partial<TaskRecord>): Promise<void> {
    const task = await this.has(name)
    if (state !== 'RUNNING') this.#live.delete(task)
    this.report(task, state, outcome)
  }

  async submitTasks(tasks: readonly TaskRecord[]): Promise<void> {
    this.batches.push(tasks.map(({ name = '' }) => name))
    for (const task of tasks) {
      const { name = '' } = task
      this.#tasks.set(name, task)
      this.#live.add(task)
      for (const { resolve } of this.#waiting.filter((each) => each.name === name)) resolve(task)
      this.#waiting = this.#waiting.filter((each) => each.name !== name)
    }
  }

  async cancelTask(uid: string): Promise<boolean> {
    const task = [...this.#live].find((each) => each.uid === uid)
    this.cancelAsked.push(task?.name ?? uid)
    if (task === undefined || this.#options.cancels === false) return false
    this.#live.delete(task)
    this.report(task, 'CANCELED')
    return true
  }

  async shutdown(): Promise<void> {
    this.shutdowns++
    this.#live.clear()
  }

  async state(): Promise<string> {
    return 'CONNECTED'
  }

  override linkImplicitDataDeps(source: TaskRecord, task: TaskRecord): void {
    this.links.push(`${source.name} -> ${task.name}`)
  }

  override async linkExplicitDataDeps({ srcTask, dstTask, fileName, filePath }: ExplicitDataDep): Promise<undefined> {
    this.links.push(`${srcTask?.name ?? filePath} -> ${dstTask?.name}: ${fileName}`)
  }
}
