import type {
  DataCluster,
  ScatteredValue,
  SubmittedBatch,
  TaskHandle,
  TaskSink,
  TaskSpec,
  WorkerInfo,
} from '../../core/cluster.js'
import type { Connector, Identity } from '../../core/connector.js'
import { ClusterError, type CommClosedError, TaskCanceledError } from '../../core/errors.js'
import { messageOf } from '../../core/message-of.js'
import { isRecord } from '../../core/record.js'
import type { Unsubscribe } from '../../core/subscribable.js'
import { textsOf } from '../texts.js'
import { decodeValue, serialize } from '../values/values.js'
import { readWorkers } from '../worker-info.js'
import { ClientSession } from './client-session.js'
import { RemoteTask } from './remote-task.js'

export interface DaskClusterOptions {
  readonly address: string
  readonly connector: Connector
  readonly identity?: Identity | undefined
  readonly timeout?: number | undefined
}

const START_MS = 30_000
// Seconds in which a worker must have come that takes a value.
const SCATTER_S = 10

/** A cluster on other machines: Dask's own scheduler, which places tasks on JavaScript workers that joined it. */
export class DaskCluster implements DataCluster {
  readonly room = Number.POSITIVE_INFINITY
  readonly #options: DaskClusterOptions
  #session: ClientSession | undefined
  /** Why it has none any more. */
  #end: CommClosedError | undefined
  /** How many tasks have not ended: as long as there are any, the process goes on. */
  #live = 0
  readonly #onEnded = () => {
    if (--this.#live === 0) this.#session?.link.hold(false)
  }
  #closed = false
  readonly #closing = new AbortController()

  constructor(options: DaskClusterOptions) {
    this.#options = options
  }

  get connected(): boolean {
    return this.#session !== undefined
  }

  async start(): Promise<void> {
    if (this.#closed) throw closedError()
    if (this.#session !== undefined) return
    const { address, connector, identity, timeout = START_MS } = this.#options
    const session = await ClientSession.open({ address, connector, identity, timeout, signal: this.#closing.signal })
    if (this.#closed) {
      session.close(closedError())
      throw closedError()
    }
    this.#session = session
    session.link.hold(false)
    void session.link.closed.then((error) => this.#lost(session, error))
  }

  submitBatch(specs: readonly TaskSpec[], sink: TaskSink): SubmittedBatch {
    const session = this.#started
    const handles = specs.map((spec) => {
      const task = new RemoteTask(session.newKey(spec.name), spec, sink, this.#onEnded)
      this.#live++
      session.submit(task, spec)
      return task
    })
    session.link.hold(this.#live > 0)
    return { handles }
  }

  async cancel(handles: Iterable<TaskHandle>, reason?: unknown): Promise<number> {
    return this.#session?.cancel(handles as Iterable<RemoteTask>, reason) ?? 0
  }

  async fetch(handle: TaskHandle): Promise<unknown> {
    const task = handle as RemoteTask
    await task.ended
    if (task.status === 'finished' || task.status === 'lost') return decodeValue(await this.#started.values.of(task))
    throw task.status === 'cancelled'
      ? new TaskCanceledError(`Task '${task.uid}' was cancelled`, { uid: task.uid })
      : (task.error ?? closedError())
  }

  async call(actor: TaskHandle, method: string, args: readonly unknown[]): Promise<unknown> {
    return this.#started.actors.call(actor as RemoteTask, method, args)
  }

  release(handles: Iterable<TaskHandle>): void {
    for (const task of handles as Iterable<RemoteTask>) this.#session?.forget(task)
  }

  async scatter({ uid, name, value, owner, broadcast }: ScatteredValue, sink: TaskSink): Promise<TaskHandle> {
    const session = this.#started
    const { link } = session
    const spec = { uid, name, owner, function: name, args: [], priority: 0, keep: 'shared' } as const
    const task = new RemoteTask(session.newKey(name), spec, sink, () => {})
    const data = { [task.key]: serialize(value) }
    // Not on Python's: what they hold is what Python makes of it.
    const workers = (await this.workers()).map(({ id }) => id)
    const request = { op: 'scatter', data, client: link.id, broadcast, workers, timeout: SCATTER_S }
    const answer = await link.ask(request)
    if (!Array.isArray(answer)) throw new ClusterError(`The cluster did not take the value: ${saidIn(answer)}`)
    session.add(task)
    task.settled = true
    task.status = 'finished'
    return task
  }

  async workers(): Promise<readonly WorkerInfo[]> {
    return this.#session === undefined ? [] : readWorkers(await this.#session.link.ask({ op: 'identity' }))
  }

  async whoHas(handles: readonly TaskHandle[]): Promise<readonly (readonly string[])[]> {
    if (this.#session === undefined) return handles.map(() => [])
    const keys = (handles as readonly RemoteTask[]).map(({ key }) => key)
    const answer = await this.#session.link.ask({ op: 'who_has', keys })
    return keys.map((key) => (isRecord(answer) ? textsOf(answer[key]) : []))
  }

  /** Dask tells a client nothing of workers that come and go. */
  onWorker(): Unsubscribe {
    return () => {}
  }

  /** Nor of what is printed by no task. */
  onLog(): Unsubscribe {
    return () => {}
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#closing.abort()
    const session = this.#session
    this.#session = undefined
    session?.close(closedError())
  }

  get #started(): ClientSession {
    if (this.#session === undefined) throw this.#end ?? closedError()
    return this.#session
  }

  #lost(session: ClientSession, error: CommClosedError): void {
    if (this.#session !== session) return
    this.#session = undefined
    this.#end = error
    session.lost(error)
  }
}

function saidIn(answer: unknown): string {
  return (isRecord(answer) && messageOf(answer.exception_text ?? answer.text)) || 'it did not say why'
}

function closedError(): ClusterError {
  return new ClusterError('The cluster is closed', { code: 'ERR_CLOSED' })
}
