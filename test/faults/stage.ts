import type { DaskBackendOptions, DaskResources, WorkerEvent } from '../../src/index.js'
import type { Backend, BackendClass, Package, TaskRecord } from '../conformance/case.js'
import type { Limits } from '../conformance/limits.js'
import { reachableWorkers } from '../conformance/reachable-workers.js'
import type { Subject } from '../conformance/subject.js'
import { type Expected, Ledger } from './ledger.js'

const square = async (n: number) => n * n

/** Where a fault happens: backends with tasks that must not suffer from it, and the books. */
export class Stage {
  readonly daskflow: Package
  readonly Backend: BackendClass
  readonly limits: Limits
  readonly ledger = new Ledger()
  readonly #subject: Subject
  readonly #backends: Backend[] = []
  readonly #awaited: { readonly type: WorkerEvent['type']; readonly resolve: () => void }[] = []
  readonly #reachable: ReadonlyMap<string, unknown>[] = []
  #made = 0

  constructor(subject: Subject) {
    this.daskflow = subject.daskflow
    this.Backend = subject.Backend
    this.limits = subject.limits
    this.#subject = subject
  }

  fileOf(name: string) {
    return this.#subject.workerOf?.(name) ?? new URL(name, this.#subject.fixtures)
  }

  make(resources?: DaskResources, options?: DaskBackendOptions): Backend {
    const backend = new this.Backend(resources, options)
    this.#backends.push(backend)
    this.ledger.watch(backend)
    backend.onWorker(({ type }) => {
      for (const awaited of this.#awaited) if (awaited.type === type) awaited.resolve()
    })
    return backend
  }

  /** Resolves when that next becomes of a worker. */
  nextWorkerEvent(type: WorkerEvent['type']): Promise<void> {
    return new Promise((resolve) => this.#awaited.push({ type, resolve }))
  }

  async start(resources?: DaskResources, options?: DaskBackendOptions): Promise<Backend> {
    const backend = this.make(resources, options)
    await backend.start()
    return backend
  }

  /** With its workers at hand. */
  async startReachable(resources?: DaskResources) {
    const { adapter, handles } = reachableWorkers(this.Backend)
    this.#reachable.push(handles)
    return { backend: await this.start(resources, { adapter }), handles }
  }

  /** How many of the workers at hand there are. */
  get workers(): number {
    return this.#reachable.reduce((sum, { size }) => sum + size, 0)
  }

  /** Tasks that nothing may happen to. */
  neighbours(n: number): Expected[] {
    return Array.from({ length: n }, (_, i) => ({
      record: { uid: `neighbour.${this.#made++}`, function: square, args: [i] },
      ends: ['DONE'] as const,
      result: i * i,
    }))
  }

  /** A task to which something happens. */
  culprit(fn: TaskRecord['function'], ends: Expected['ends'], more: Partial<TaskRecord> = {}): Expected {
    return { record: { uid: `culprit.${this.#made++}`, function: fn, ...more }, ends }
  }

  async submit(backend: Backend, tasks: readonly Expected[]): Promise<void> {
    await backend.submitTasks(this.ledger.expect(tasks))
  }

  /** Submits one between neighbours, and waits until it runs. */
  async run(backend: Backend, culprit: Expected, { neighbours = 20 } = {}): Promise<void> {
    const running = new Promise<void>((resolve) => {
      const stop = backend.registerCallback((record) => {
        if (record !== culprit.record) return
        stop()
        resolve()
      })
    })
    await this.submit(backend, [...this.neighbours(neighbours), culprit, ...this.neighbours(neighbours)])
    await running
  }

  /** A backend still does what it is for. */
  async isWell(backend: Backend): Promise<void> {
    await this.submit(backend, this.neighbours(5))
    await this.ledger.settled(SETTLE_MS)
  }

  async end(): Promise<void> {
    await Promise.all(this.#backends.map((backend) => backend.shutdown()))
  }
}

/** So long a fault may take until all is well again. Not a promise: a bound, so that a run ends. */
export const SETTLE_MS = 30_000
