import { atMost } from '../../core/at-most.js'
import type { Cluster, TaskHandle, TaskSink, TaskSpec } from '../../core/cluster.js'
import type { Certificates, Connector, Listener } from '../../core/connector.js'
import { ClusterError, type CommClosedError } from '../../core/errors.js'
import { createHexId } from '../../core/ids.js'
import { setAt } from '../../core/path.js'
import { isRecord } from '../../core/record.js'
import type { TaskFunction } from '../../core/task.js'
import type { LogEntry } from '../../core/task-context.js'
import { Comm, untilAborted } from '../comm.js'
import { dialectOf, versionOf } from '../dialect.js'
import type { Serialized } from '../protocol/message.js'
import { Rpc } from '../rpc.js'
import { Stream, type StreamMessage } from '../stream.js'
import { findCall, type TaskCall } from '../task-call.js'
import { textsOf } from '../texts.js'
import { encodeValue, serialize } from '../values.js'
import { addressesOf, dataOf, toAssignment } from './assignment.js'
import { EventsOutbox } from './events-outbox.js'
import { KnownFunctions } from './known-functions.js'
import { metricsOf, seconds } from './metrics.js'
import { erred, finished, typeNameOf } from './outcome.js'
import { Pace } from './pace.js'
import { PeerServer } from './peer-server.js'
import { PeerValues } from './peer-values.js'
import { heartbeatOf, registration } from './registration.js'
import { stimulus } from './stimulus.js'
import { ValueStore } from './value-store.js'
import { type WorkerTask, WorkerTasks } from './worker-tasks.js'

export interface DaskWorkerOptions {
  /** Of the scheduler: `tcp://127.0.0.1:8786`. */
  readonly address: string
  /** Under which others reach this machine. Default: `127.0.0.1`. */
  readonly host?: string | undefined
  /** What the scheduler and its dashboard call it. */
  readonly name?: string | undefined
  /** How many tasks it runs at a time, each in a thread of its own. */
  readonly nthreads: number
  /** What it has beside, for tasks that ask for it: `{ GPU: 1 }`. */
  readonly resources?: Readonly<Record<string, number>> | undefined
  /** Bytes that it says it may hold. */
  readonly memoryLimit: number
  readonly certificates?: Certificates | undefined
  readonly timeout?: number | undefined
  readonly connector: Connector
  /** What runs the tasks. It is closed with the worker. */
  readonly cluster: Cluster
  /** Of this process. */
  readonly usage: () => { readonly memory: number; readonly cpu: number }
  readonly pid: number
}

const START_MS = 30_000
const KEEP_ALIVE_MS = 25_000
// How long a worker rests that was given a task of Python's, at first and at most.
const REST_MS = 100
const MOST_REST_MS = 4_000
// Milliseconds in which others must have taken what it holds.
const RETIRE_MS = 30_000
// Before it asks again who has a value.
const ASK_AGAIN_MS = 100

interface Running {
  readonly task: WorkerTask
  readonly call: TaskCall
  readonly startedAt: number
  handle?: TaskHandle
}

/** A worker of a Dask cluster whose tasks are JavaScript's. */
export class DaskWorker {
  readonly name: string
  readonly address: string
  /** Resolves once, when it is no worker of the cluster any more, with why. */
  readonly closed: Promise<CommClosedError>
  readonly #options: DaskWorkerOptions
  readonly #listener: Listener
  readonly #server: PeerServer
  readonly #peers: PeerValues
  readonly #rpc: Rpc
  readonly #stream: Stream
  readonly #events: EventsOutbox
  readonly #store: ValueStore
  readonly #tasks: WorkerTasks
  readonly #running = new Map<string, Running>()
  readonly #fetching = new Set<string>()
  readonly #pace = new Pace()
  readonly #functions = new KnownFunctions()
  readonly #timers: TimerHandle[] = []
  #rest = REST_MS
  #resting: TimerHandle | undefined
  #leaving = false
  /** A heartbeat is on its way. */
  #beats = false
  /** It is about to start what there is room for. */
  #runs = false

  private constructor(options: DaskWorkerOptions, parts: Joined) {
    this.#options = options
    this.name = parts.name
    this.address = parts.address
    this.#listener = parts.listener
    this.#rpc = parts.rpc
    this.#store = parts.store
    this.#tasks = new WorkerTasks(options.resources)
    this.#server = parts.server
    this.#peers = new PeerValues(parts.rpc, parts.store, parts.address)
    this.#stream = new Stream(parts.comm, (messages) => this.#receive(messages))
    this.#events = new EventsOutbox(this.#stream)
    this.closed = this.#stream.closed.then(async (error) => {
      await this.#end()
      return error
    })
    this.#every(parts.heartbeatS * 1_000, () => void this.#beat())
    this.#every(KEEP_ALIVE_MS, () => this.#stream.send({ op: 'keep-alive' }))
  }

  /** Joins a cluster. @throws {CommClosedError | ClusterError} saying what is wrong there */
  static async create(options: DaskWorkerOptions): Promise<DaskWorker> {
    const { connector, address, certificates, timeout = START_MS, host = '127.0.0.1', cluster } = options
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), timeout)
    const rpc = new Rpc(connector, { certificates, signal: limit.signal })
    const store = new ValueStore()
    let worker: DaskWorker | undefined
    const server = new PeerServer({
      store,
      identity: () => worker?.identity() ?? {},
      gather: async (whoHas) => (worker === undefined ? [] : worker.#peers.gather(whoHas)),
      terminate: () => void worker?.close(),
    })
    let listener: Listener | undefined
    let comm: Comm | undefined
    try {
      if (connector.listen === undefined)
        throw new ClusterError('A worker has to listen, which this runtime cannot', { code: 'ERR_NOT_SUPPORTED' })
      const versions = await untilAborted(rpc.ask(address, { op: 'versions' }), limit.signal, address)
      const dialect = dialectOf(versionOf(address, versions))
      await cluster.start()
      listener = await connector.listen({
        host,
        port: 0,
        certificates,
        onConnection: (connection) => void server.accept(connection),
      })
      const own = `${address.startsWith('tls:') || address.startsWith('wss:') ? 'tls' : 'tcp'}://${host}:${listener.port}`
      const name = options.name ?? createHexId('js-')
      comm = await Comm.connect(connector, address, { certificates, signal: limit.signal })
      const answered = untilAborted(comm.next(), limit.signal, address)
      comm.send(registration(options, { name, address: own, versions, dialect }))
      const answer = await answered
      const heartbeatS = heartbeatOf(address, answer)
      worker = new DaskWorker(options, { name, address: own, listener, server, rpc, store, comm, heartbeatS })
      return worker
    } catch (error) {
      rpc.close()
      comm?.close()
      await listener?.close()
      await cluster.close()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  identity(): object {
    const { nthreads, memoryLimit, address } = this.#options
    return { type: 'Worker', id: this.name, scheduler: address, nthreads, memory_limit: memoryLimit }
  }

  /** Hands what it has to others, as far as the scheduler sees to that, and leaves. */
  async retire(): Promise<void> {
    if (this.#leaving) return
    try {
      const { address } = this.#options
      const retired = this.#rpc.ask(address, { op: 'retire_workers', workers: [this.address], close_workers: true, remove: true })
      await atMost(RETIRE_MS, retired)
    } catch {
      // A scheduler that is gone has nobody to hand it to.
    }
    await this.close()
  }

  /** Leaves at once. */
  async close(): Promise<void> {
    if (!this.#leaving) this.#stream.send({ op: 'close-stream' })
    this.#leaving = true
    this.#stream.close()
    await this.closed
  }

  #receive(messages: readonly StreamMessage[]): void {
    for (const message of messages) this.#take(message)
    this.#run()
  }

  #take(message: StreamMessage): void {
    switch (message.op) {
      case 'compute-task':
        this.#assign(message)
        break
      case 'free-keys':
        for (const key of textsOf(message.keys)) this.#free(key)
        break
      case 'remove-replicas':
        for (const key of textsOf(message.keys)) this.#dropReplica(key)
        break
      case 'cancel-compute':
        if (this.#tasks.stateOf(String(message.key)) !== 'executing') this.#tasks.drop(String(message.key))
        break
      case 'steal-request':
        this.#giveUp(String(message.key), message.stimulus_id)
        break
      case 'acquire-replicas':
        void this.#acquire(message)
        break
      case 'refresh-who-has':
        for (const [key, workers] of Object.entries(addressesOf(message.who_has)))
          if (this.#tasks.needs(key)) void this.#bring(key, workers)
        break
      case 'close':
        void this.close()
        break
    }
  }

  #assign(message: StreamMessage): void {
    const assignment = toAssignment(message)
    if (assignment === undefined) return
    // It was handed out again: what runs of before is not waited for any more.
    this.#stop(assignment.key)
    for (const key of this.#tasks.assign(assignment, (other) => this.#store.has(other))) {
      void this.#bring(key, assignment.whoHas[key] ?? [])
    }
  }

  /** A value that tasks wait for. */
  async #bring(key: string, workers: readonly string[]): Promise<void> {
    if (this.#fetching.has(key)) return
    this.#fetching.add(key)
    const found = await this.#peers.fetch(key, workers)
    this.#fetching.delete(key)
    if (found) {
      this.#stream.send({ op: 'add-keys', keys: [key], stimulus_id: stimulus('add-keys') })
      this.#tasks.arrived(key)
      this.#run()
    } else if (this.#tasks.needs(key) && !this.#leaving) {
      // The scheduler knows when a worker is gone, computes what that had again, and tells who has it then.
      setTimeout(() => {
        if (this.#tasks.needs(key))
          this.#stream.send({ op: 'request-refresh-who-has', keys: [key], stimulus_id: stimulus('refresh') })
      }, ASK_AGAIN_MS)
    }
  }

  async #acquire(message: StreamMessage): Promise<void> {
    const whoHas = addressesOf(message.who_has)
    const missing = new Set(await this.#peers.gather(whoHas))
    const keys = Object.keys(whoHas).filter((key) => !missing.has(key))
    if (keys.length > 0) this.#stream.send({ op: 'add-keys', keys, stimulus_id: message.stimulus_id })
  }

  #free(key: string): void {
    this.#store.drop(key)
    this.#tasks.drop(key)
    this.#stop(key)
    this.#runSoon()
  }

  /** A copy that is one too many. What is being computed here by now is none. */
  #dropReplica(key: string): void {
    if (this.#tasks.stateOf(key) !== undefined || !this.#store.has(key)) return
    this.#store.drop(key)
    this.#stream.send({ op: 'release-worker-data', key, stimulus_id: stimulus('remove-replicas') })
  }

  #stop(key: string): void {
    const running = this.#running.get(key)
    this.#running.delete(key)
    if (running?.handle !== undefined) void this.#options.cluster.cancel([running.handle])
  }

  #giveUp(key: string, stimulusId: unknown): void {
    const state = this.#tasks.stateOf(key) ?? (this.#store.has(key) ? 'memory' : null)
    if (state === 'ready' || state === 'waiting') this.#tasks.drop(key)
    this.#stream.send({ op: 'steal-response', key, state, stimulus_id: stimulusId })
  }

  /** Starts what there is room for. */
  #run(): void {
    const started: Running[] = []
    const specs: TaskSpec[] = []
    for (;;) {
      const task = this.#tasks.next(this.#options.nthreads + this.#pace.ahead)
      if (task === undefined) break
      const startedAt = seconds()
      try {
        const found = findCall(dataOf(task.spec))
        if (found === undefined) {
          this.#refuse(task)
          break
        }
        const running: Running = { task, call: found.call, startedAt }
        specs.push(this.#toSpec(running, this.#functions.of(found.fn)))
        started.push(running)
        this.#running.set(task.key, running)
      } catch (error) {
        this.#erred({ task, startedAt }, error)
      }
    }
    if (specs.length === 0) return
    const { handles } = this.#options.cluster.submitBatch(specs, this.#sink)
    for (const [index, running] of started.entries()) running.handle = handles[index] as TaskHandle
  }

  #toSpec(running: Running, fn: TaskFunction): TaskSpec {
    const { uid, name, args, inputs, timeout } = running.call
    const given = [...args]
    for (const [path, key] of inputs) setAt(given, path, this.#store.read(key))
    return { uid, name, function: fn, args: given, priority: 0, timeout, owner: running }
  }

  /**
   * A task of Python's, which the scheduler took for one that anybody can run. It would choose the same worker again at once, so
   * that this one rests for a while.
   */
  #refuse(task: WorkerTask): void {
    this.#tasks.drop(task.key)
    this.#stream.send(
      { op: 'worker-status-change', status: 'paused', stimulus_id: stimulus('pause') },
      { op: 'reschedule', key: task.key, stimulus_id: stimulus('reschedule') },
    )
    clearTimeout(this.#resting)
    this.#resting = setTimeout(() => {
      this.#stream.send({ op: 'worker-status-change', status: 'running', stimulus_id: stimulus('resume') })
      this.#run()
    }, this.#rest)
    this.#rest = Math.min(2 * this.#rest, MOST_REST_MS)
  }

  #finished(running: Running, value: unknown): void {
    const { task, startedAt } = running
    let serialized: Serialized
    let typename: string
    try {
      serialized = serialize(value)
      typename = `js.${typeNameOf(value)}`
    } catch (error) {
      this.#erred(running, error)
      return
    }
    if (!this.#leave(task)) return
    this.#store.put(task.key, serialized)
    this.#rest = REST_MS
    this.#tell(finished(task, startedAt, serialized, typename))
  }

  #erred({ task, startedAt }: Pick<Running, 'task' | 'startedAt'>, error: unknown): void {
    if (!this.#leave(task)) return
    this.#tell(erred(task, startedAt, error))
  }

  /** Whether it was still to be run here. */
  #leave(task: WorkerTask): boolean {
    this.#pace.ended(seconds())
    if (this.#running.get(task.key)?.task === task) this.#running.delete(task.key)
    return this.#tasks.ended(task)
  }

  #tell(outcome: object): void {
    this.#events.flush()
    this.#stream.send(outcome)
    this.#runSoon()
  }

  // Many end in one turn, and what follows goes to the threads as one batch.
  #runSoon(): void {
    if (this.#runs) return
    this.#runs = true
    queueMicrotask(() => {
      this.#runs = false
      this.#run()
    })
  }

  readonly #sink: TaskSink = {
    running: (handle) => this.#report(handle, 'running', null),
    done: (handle, value) => this.#finished(runningOf(handle), value),
    kept: () => {},
    failed: (handle, error) => this.#erred(runningOf(handle), error),
    dependencyFailed: () => {},
    canceled: () => {},
    lost: () => {},
    progress: (handle, progress) => this.#report(handle, 'progress', encodeReport(progress)),
    log: (handle, { level, args }: LogEntry) => this.#report(handle, level, encodeReport(args)),
  }

  #report(handle: TaskHandle, what: LogEntry['level'] | 'running' | 'progress', payload: Uint8Array | null): void {
    const { task, call } = runningOf(handle)
    this.#events.add(call.topic, { key: task.key, what, payload })
  }

  async #beat(): Promise<void> {
    // A scheduler that does not answer is not asked again meanwhile.
    if (this.#beats) return
    this.#beats = true
    const { address } = this.#options
    const now = seconds()
    const executing = Object.fromEntries([...this.#running.values()].map(({ task, startedAt }) => [task.key, now - startedAt]))
    const request = {
      op: 'heartbeat_worker',
      reply: true,
      address: this.address,
      now,
      metrics: this.#metrics(),
      executing,
      extensions: {},
    }
    try {
      const answer = await this.#rpc.ask(address, request)
      // The scheduler does not know it any more: what it has is of no use.
      if (isRecord(answer) && answer.status === 'missing') this.#stream.close()
    } catch {
      // The stream tells when the scheduler is gone.
    } finally {
      this.#beats = false
    }
  }

  #metrics(): object {
    return metricsOf({ ...this.#options.usage(), executing: this.#tasks.executing, values: this.#store.keys.length })
  }

  #every(ms: number, call: () => void): void {
    this.#timers.push(setInterval(call, ms))
  }

  async #end(): Promise<void> {
    this.#leaving = true
    for (const timer of this.#timers) clearTimeout(timer)
    clearTimeout(this.#resting)
    this.#server.close()
    this.#rpc.close()
    await Promise.all([this.#listener.close(), this.#options.cluster.close()])
  }
}

interface Joined {
  readonly name: string
  readonly address: string
  readonly listener: Listener
  readonly server: PeerServer
  readonly rpc: Rpc
  readonly store: ValueStore
  readonly comm: Comm
  readonly heartbeatS: number
}

// What lives in the memory of this process is told by its text.
function encodeReport(report: unknown): Uint8Array {
  try {
    return encodeValue(report, 'report')
  } catch {
    return encodeValue(Array.isArray(report) ? report.map(String) : String(report), 'report')
  }
}

function runningOf(handle: TaskHandle): Running {
  return handle.owner as Running
}
