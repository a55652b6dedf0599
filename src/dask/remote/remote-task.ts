import type { TaskHandle, TaskSink, TaskSpec } from '../../core/cluster.js'
import { type Deferred, deferred } from '../../core/deferred.js'
import type { FileContents } from '../../core/files.js'

/** How far it is, as its scheduler tells it. */
type RemoteStatus = 'pending' | 'finished' | 'erred' | 'cancelled' | 'lost' | 'released'

/** A task that a scheduler has, as its client knows it. */
export class RemoteTask implements TaskHandle {
  readonly uid: string
  readonly name: string
  readonly owner: unknown
  /** By which the cluster knows it. */
  readonly key: string
  readonly sink: TaskSink
  readonly keeps: boolean
  readonly isActor: boolean
  /** Whether files of it come with its value. */
  readonly writes: boolean
  status: RemoteStatus = 'pending'
  /** Whether the sink was told that it runs, and that it ended. */
  announced = false
  settled = false
  /** Those that it waits for, until it has ended. */
  dependencies: readonly RemoteTask[]
  /** Those that wait for it. */
  readonly #dependents = new Set<RemoteTask>()
  /** Why it failed, as the sink was told. */
  error: unknown = undefined

  #ended: Deferred<void> | undefined

  readonly #onEnded: (task: RemoteTask) => void

  constructor(
    key: string,
    { uid, name, owner, keep, files, dependencies = [], inputs = [] }: TaskSpec,
    sink: TaskSink,
    onEnded: (task: RemoteTask) => void,
  ) {
    this.key = key
    this.uid = uid
    this.name = name
    this.owner = owner
    this.sink = sink
    this.#onEnded = onEnded
    this.keeps = keep !== undefined
    this.isActor = keep === 'actor'
    this.writes = files !== undefined
    const waitsFor = new Set<TaskHandle>([...dependencies, ...inputs.map(({ task }) => task)])
    this.dependencies = [...waitsFor] as unknown as readonly RemoteTask[]
    for (const task of this.dependencies) if (task.live) task.#dependents.add(this)
  }

  /** Resolves when it has ended. */
  get ended(): Promise<void> {
    if (this.settled) return Promise.resolve()
    this.#ended ??= deferred()
    return this.#ended.promise
  }

  get live(): boolean {
    return !this.settled
  }

  /** Those that have not ended and cannot run without it, however many are between. */
  get behind(): ReadonlySet<RemoteTask> {
    const found = new Set<RemoteTask>()
    const todo = [...this.#dependents]
    for (let task = todo.pop(); task !== undefined; task = todo.pop()) {
      if (found.has(task)) continue
      found.add(task)
      todo.push(...task.#dependents)
    }
    return found
  }

  announce(): void {
    if (this.announced || this.settled) return
    this.announced = true
    this.sink.running(this)
  }

  wrote(files: FileContents): void {
    if (this.live) this.sink.wrote?.(this, files)
  }

  done(value: unknown): void {
    if (!this.#end('finished')) return
    if (this.keeps) this.sink.kept(this)
    else this.sink.done(this, value)
  }

  fail(error: unknown): void {
    const failed = this.dependencies.find(({ status }) => status === 'erred')
    // Whoever reads it later finds the error of the first in a row.
    this.error = failed?.error ?? error
    if (!this.#end('erred')) return
    if (failed === undefined) this.sink.failed(this, error)
    else this.sink.dependencyFailed(this, failed)
  }

  cancel(reason: unknown): void {
    if (this.#end('cancelled')) this.sink.canceled(this, reason)
  }

  /** Nobody asks for it any more. Where tasks need it, it goes on for their sake, and is not heard of again. */
  release(): void {
    if (this.#dependents.size === 0) this.cancel(undefined)
    else this.#end('released')
  }

  lose(error: unknown): void {
    this.status = 'erred'
    this.error = error
    this.sink.lost(this, error)
  }

  #end(status: RemoteStatus): boolean {
    if (this.settled) return false
    if (status === 'finished') this.announce()
    this.settled = true
    this.status = status
    for (const task of this.dependencies) task.#dependents.delete(this)
    this.dependencies = []
    this.#dependents.clear()
    this.#ended?.resolve()
    this.#onEnded(this)
    return true
  }
}
