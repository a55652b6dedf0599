import type {
  DataCluster,
  ScatteredValue,
  SubmittedBatch,
  TaskHandle,
  TaskSink,
  TaskSpec,
  WorkerEvent,
  WorkerInfo,
} from '../core/cluster.js'
import type { Connector, Identity } from '../core/connector.js'
import { ClusterError, type CommClosedError, TaskCanceledError, TaskValidationError, WorkerLostError } from '../core/errors.js'
import { createHexId } from '../core/ids.js'
import { messageOf } from '../core/message-of.js'
import { notSupported } from '../core/not-supported.js'
import { pythonNameOf } from '../core/python-function.js'
import { isRecord } from '../core/record.js'
import { Listeners, type Unsubscribe } from '../core/subscribable.js'
import type { LogEntry } from '../core/task-context.js'
import { EncodedFunctions } from './encoded-functions.js'
import { Gathering } from './gathering.js'
import { type GraphTask, type PythonFunctionCall, updateGraph } from './graph.js'
import { PythonGlobal } from './protocol/python.js'
import { RemoteTask } from './remote-task.js'
import { SchedulerLink } from './scheduler-link.js'
import type { StreamMessage } from './stream.js'
import { encodeCall, pythonCall, type TaskCall } from './task-call.js'
import { readTaskEvents, type TaskEvent, toLogEntry } from './task-events.js'
import { textsOf } from './texts.js'
import { decodeError, decodePickle, serialize } from './values.js'
import { RESOURCE, readWorkers } from './worker-info.js'

export interface DaskClusterOptions {
  readonly address: string
  readonly connector: Connector
  readonly identity?: Identity | undefined
  readonly timeout?: number | undefined
}

const START_MS = 30_000
// Milliseconds in which a value that was lost must be there again, and between two attempts to have it.
const AGAIN_MS = 10 * 60_000
const FIRST_RETRY_MS = 50
const MOST_RETRY_MS = 2_000
// Seconds in which a worker must have come that takes a value.
const SCATTER_S = 10

interface Submitted {
  readonly task: RemoteTask
  readonly spec: TaskSpec
}

/** A cluster on other machines: Dask's own scheduler, which places tasks on JavaScript workers that joined it. */
export class DaskCluster implements DataCluster {
  readonly room = Number.POSITIVE_INFINITY
  readonly #options: DaskClusterOptions
  readonly #tasks = new Map<string, RemoteTask>()
  readonly #workerListeners = new Listeners<[WorkerEvent]>(() => {})
  readonly #logListeners = new Listeners<[LogEntry]>(() => {})
  readonly #functions = new EncodedFunctions()
  /** Of the keys of this client. */
  readonly #mark = createHexId('js-')
  #next = 0
  #link: SchedulerLink | undefined
  #gathering: Gathering | undefined
  #submitted: Submitted[] = []
  /** Keys that nobody wants any more. */
  #released: string[] = []
  /** Those whose values are on their way. */
  readonly #bringing = new Set<RemoteTask>()
  /** How many tasks have not ended: as long as there are any, the process goes on. */
  #live = 0
  readonly #onEnded = () => {
    if (--this.#live === 0) this.#link?.hold(false)
  }
  #closed = false

  constructor(options: DaskClusterOptions) {
    this.#options = options
  }

  get connected(): boolean {
    return this.#link !== undefined
  }

  async start(): Promise<void> {
    if (this.#closed) throw closedError()
    if (this.#link !== undefined) return
    const { address, connector, identity, timeout = START_MS } = this.#options
    const onMessages = (messages: readonly StreamMessage[]) => this.#receive(messages)
    const link = await SchedulerLink.open({ address, connector, identity, timeout, onMessages })
    if (this.#closed) {
      link.close()
      throw closedError()
    }
    this.#link = link
    this.#gathering = new Gathering(link)
    link.hold(false)
    link.send({ op: 'subscribe-topic', topic: this.#topic, client: link.id })
    void link.closed.then((error) => this.#lost(error))
  }

  submitBatch(specs: readonly TaskSpec[], sink: TaskSink): SubmittedBatch {
    if (this.#link === undefined) throw closedError()
    const handles = specs.map((spec) => {
      const task = new RemoteTask(this.#newKey(spec.name), spec, sink, this.#onEnded)
      this.#tasks.set(task.key, task)
      this.#live++
      if (this.#submitted.push({ task, spec }) === 1) queueMicrotask(() => this.#submit())
      return task
    })
    this.#link.hold(this.#live > 0)
    return { handles }
  }

  async cancel(handles: Iterable<TaskHandle>, reason?: unknown): Promise<number> {
    const tasks = [...(handles as Iterable<RemoteTask>)].filter(({ live }) => live)
    for (const task of tasks) task.cancel(reason)
    this.#cancelKeys(tasks.map(({ key }) => key))
    return tasks.length
  }

  async fetch(handle: TaskHandle): Promise<unknown> {
    const task = handle as RemoteTask
    await task.ended
    if (task.status === 'finished' || task.status === 'lost') return this.#valueOf(task)
    throw task.status === 'cancelled'
      ? new TaskCanceledError(`Task '${task.uid}' was cancelled`, { uid: task.uid })
      : (task.error ?? closedError())
  }

  async call(): Promise<never> {
    throw notSupported('An actor on a cluster that was connected to')
  }

  release(handles: Iterable<TaskHandle>): void {
    for (const task of handles as Iterable<RemoteTask>) this.#forget(task)
  }

  async scatter({ uid, name, value, owner, broadcast }: ScatteredValue, sink: TaskSink): Promise<TaskHandle> {
    const link = this.#link
    if (link === undefined) throw closedError()
    const spec = { uid, name, owner, function: name, args: [], priority: 0, keep: 'shared' } as const
    const task = new RemoteTask(this.#newKey(name), spec, sink, () => {})
    const request = { op: 'scatter', data: { [task.key]: serialize(value, 'data') }, client: link.id, broadcast, workers: null }
    const answer = await link.ask({ ...request, timeout: SCATTER_S })
    if (!Array.isArray(answer)) throw new ClusterError(`The cluster did not take the value: ${saidIn(answer)}`)
    this.#tasks.set(task.key, task)
    task.settled = true
    task.status = 'finished'
    return task
  }

  async workers(): Promise<readonly WorkerInfo[]> {
    return this.#link === undefined ? [] : readWorkers(await this.#link.ask({ op: 'identity' }))
  }

  async whoHas(handles: readonly TaskHandle[]): Promise<readonly (readonly string[])[]> {
    if (this.#link === undefined) return handles.map(() => [])
    const keys = (handles as readonly RemoteTask[]).map(({ key }) => key)
    const answer = await this.#link.ask({ op: 'who_has', keys })
    return keys.map((key) => (isRecord(answer) ? textsOf(answer[key]) : []))
  }

  onWorker(listener: (event: WorkerEvent) => void): Unsubscribe {
    return this.#workerListeners.add(listener)
  }

  onLog(listener: (entry: LogEntry) => void): Unsubscribe {
    return this.#logListeners.add(listener)
  }

  async close(): Promise<void> {
    this.#closed = true
    const link = this.#link
    this.#link = undefined
    for (const task of this.#tasks.values()) task.cancel(undefined)
    this.#tasks.clear()
    link?.close()
  }

  #newKey(name: string): string {
    // What is no text in Python would come back as another key.
    return `${name.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')}-${this.#next++}-${this.#mark}`
  }

  get #topic(): string {
    return `daskflow-${this.#mark}`
  }

  #submit(): void {
    const submitted = this.#submitted
    this.#submitted = []
    const link = this.#link
    const graph: GraphTask[] = []
    for (const { task, spec } of submitted) {
      if (!task.live) continue
      const { dependencies } = task
      if (dependencies.some(({ status }) => status === 'cancelled')) {
        this.#ended(task, () => task.cancel(undefined))
        continue
      }
      try {
        if (dependencies.some(({ status }) => status === 'erred')) throw new ClusterError('A task that it depends on failed')
        graph.push(this.#toGraphTask(task, spec))
      } catch (error) {
        this.#forget(task)
        task.fail(error)
      }
    }
    if (link !== undefined && graph.length > 0) link.send(...updateGraph(graph, link.dialect))
  }

  /** @throws {TaskValidationError} naming what cannot go to another machine */
  #toGraphTask(task: RemoteTask, spec: TaskSpec): GraphTask {
    if (spec.files !== undefined) throw notSupported('A task that takes or makes files, on a cluster that was connected to,')
    const { resources, workers, retries, priority, allowOtherWorkers } = spec
    const odd = Object.keys(resources ?? {}).find((key) => key.startsWith('__'))
    if (odd !== undefined)
      throw new TaskValidationError(`Task '${spec.uid}': resources cannot be called '${odd}' on a Dask cluster`, {
        uid: spec.uid,
      })
    const python = pythonNameOf(spec.function)
    return {
      key: task.key,
      call: python === undefined ? this.#callOf(task, spec) : pythonCallOf(python, spec),
      annotations: {
        // Without it, the scheduler keeps tasks back that workers could have already.
        resources: python === undefined ? { [RESOURCE]: 1, ...resources } : resources,
        workers,
        allow_other_workers: allowOtherWorkers,
        retries,
        priority: priority === 0 ? undefined : priority,
      },
    }
  }

  #callOf({ uid, name, dependencies }: RemoteTask, { function: fn, args, inputs, timeout }: TaskSpec): PythonFunctionCall {
    const call = { uid, name, args, inputs: keysOf(inputs), timeout, topic: this.#topic }
    // What has ended and was not kept is not with the scheduler any more, and need not be.
    const needed = dependencies.filter(({ keeps, live }) => keeps || live)
    return encodeCall(
      this.#functions.of(fn),
      call,
      needed.map(({ key }) => key),
    )
  }

  #receive(messages: readonly StreamMessage[]): void {
    // Those that failed by the fault of another hear of it after that.
    for (const message of messages) this.#take(message)
  }

  #take(message: StreamMessage): void {
    const task = typeof message.key === 'string' ? this.#tasks.get(message.key) : undefined
    if (message.op === 'event') this.#tell(message.event)
    else if (message.op === 'cancelled-keys' || message.op === 'cancelled-key') this.#canceled(message)
    else if (task === undefined) return
    else if (message.op === 'key-in-memory') this.#finished(task)
    else if (message.op === 'task-erred') this.#failed(task, message)
    else if (message.op === 'lost-data' && task.status === 'finished') task.status = 'lost'
  }

  #finished(task: RemoteTask): void {
    if (!task.keeps) void this.#bring(task)
    // One that was lost may be there again.
    else if (task.settled) task.status = 'finished'
    else task.done(undefined)
  }

  async #bring(task: RemoteTask): Promise<void> {
    if (!task.live || this.#bringing.has(task)) return
    this.#bringing.add(task)
    try {
      const value = await this.#valueOf(task)
      this.#ended(task, () => task.done(value))
    } catch (error) {
      this.#ended(task, () => task.fail(error))
    } finally {
      this.#bringing.delete(task)
    }
  }

  /** Where its worker is lost meanwhile, the scheduler computes it again. @throws what its serialization says */
  async #valueOf(task: RemoteTask): Promise<unknown> {
    const until = performance.now() + AGAIN_MS
    for (let ms = FIRST_RETRY_MS; ; ms = Math.min(2 * ms, MOST_RETRY_MS)) {
      try {
        if (this.#gathering === undefined) throw closedError()
        return await this.#gathering.value(task.key)
      } catch (error) {
        if (task.status === 'erred') throw task.error
        if (!(error instanceof WorkerLostError) || performance.now() > until || this.#link === undefined) throw error
        await new Promise<void>((resolve) => setTimeout(resolve, ms))
      }
    }
  }

  #failed(task: RemoteTask, message: StreamMessage): void {
    const error = decodeError(task.uid, message.exception)
    // It was done, and was to be computed again.
    if (task.settled && task.keeps) task.lose(error)
    else this.#ended(task, () => task.fail(error))
  }

  #ended(task: RemoteTask, tell: () => void): void {
    if (!task.keeps) this.#forget(task)
    tell()
  }

  #canceled({ keys, key, reason }: StreamMessage): void {
    for (const canceled of Array.isArray(keys) ? keys : [key]) {
      const task = this.#tasks.get(canceled as string)
      if (task !== undefined) this.#ended(task, () => task.cancel(reason ?? undefined))
    }
  }

  #tell(event: unknown): void {
    const [, said] = Array.isArray(event) ? event : []
    if (!isRecord(said) || said.topic !== this.#topic) return
    const workerId = String(said.worker ?? '')
    for (const told of readTaskEvents(said.tasks)) {
      const task = this.#tasks.get(told.key)
      if (task?.live) this.#tryReport(task, told, workerId)
    }
  }

  #tryReport(task: RemoteTask, event: TaskEvent, workerId: string): void {
    try {
      this.#report(task, event, workerId)
    } catch {
      // Anybody may speak on a topic, and say what cannot be read.
    }
  }

  #report(task: RemoteTask, event: TaskEvent, workerId: string): void {
    task.announce()
    if (event.what === 'progress') task.sink.progress(task, event.payload && decodePickle(event.payload))
    else if (event.what !== 'running') {
      const entry = toLogEntry(event, workerId)
      if (entry !== undefined) task.sink.log(task, entry)
    }
  }

  /** The cluster drops what nobody wants. Those of one turn are named in one message. */
  #forget({ key }: RemoteTask): void {
    this.#tasks.delete(key)
    if (this.#released.push(key) > 1) return
    queueMicrotask(() => {
      const keys = this.#released
      this.#released = []
      this.#link?.send({ op: 'client-releases-keys', keys, client: this.#link.id })
    })
  }

  /** They have ended here, whatever the scheduler says to it. */
  #cancelKeys(keys: readonly string[]): void {
    const link = this.#link
    if (link === undefined || keys.length === 0) return
    for (const key of keys) this.#tasks.delete(key)
    const { cancels } = link.dialect
    if (cancels === 'request') link.ask({ op: 'cancel', keys, client: link.id, force: false }).catch(() => {})
    else link.send({ op: 'cancel-keys', keys, force: false, ...(cancels === 'reason' && { reason: null, msg: null }) })
  }

  #lost(error: CommClosedError): void {
    if (this.#link === undefined) return
    this.#link = undefined
    const tasks = [...this.#tasks.values()]
    this.#tasks.clear()
    for (const task of tasks) {
      if (task.live) task.fail(error)
      else if (task.keeps) task.lose(error)
    }
  }
}

function pythonCallOf({ module, name }: { readonly module: string; readonly name: string }, spec: TaskSpec): PythonFunctionCall {
  return pythonCall(new PythonGlobal(module, name), spec.args, keysOf(spec.inputs))
}

function keysOf(inputs: TaskSpec['inputs'] = []): TaskCall['inputs'] {
  return inputs.map(({ task, path }) => [path, (task as RemoteTask).key])
}

function saidIn(answer: unknown): string {
  return (isRecord(answer) && messageOf(answer.exception_text ?? answer.text)) || 'it did not say why'
}

function closedError(): ClusterError {
  return new ClusterError('The cluster is closed', { code: 'ERR_CLOSED' })
}
