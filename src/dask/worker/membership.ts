import type { Cluster } from '../../core/cluster.js'
import type { Certificates, Connector } from '../../core/connector.js'
import type { CommClosedError } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import type { StreamMessage } from '../comm/stream.js'
import { textsOf } from '../texts.js'
import { type ActorPlaces, Actors } from './actors.js'
import { toAssignment } from './assignment.js'
import { Bringing } from './bringing.js'
import { type Joined, join } from './joining.js'
import type { RefusalOf } from './known-functions.js'
import { MemoryWatch } from './memory-watch.js'
import { metricsOf, type Usage } from './metrics.js'
import { PeerServer } from './peer-server.js'
import { Rest } from './rest.js'
import { type Pulse, Session } from './session.js'
import { stimulus } from './stimulus.js'
import { TaskThreads } from './task-threads.js'
import { ValueStore } from './value-store.js'
import { WorkerTasks } from './worker-tasks.js'

/** Where a worker listens. */
interface ListenAt {
  /** `0.0.0.0`: on all addresses of the machine. */
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
}

export interface MembershipOptions {
  /** Of the scheduler: `tcp://127.0.0.1:8786`. */
  readonly address: string
  readonly listen: ListenAt
  /** Under which others reach it, where that is not where it listens. */
  readonly contact?: string | undefined
  /** What the scheduler and its dashboard call it. */
  readonly name: string
  /** How many tasks it runs at a time, each in a thread of its own. */
  readonly nthreads: number
  /** What it has beside, for tasks that ask for it: `{ GPU: 1 }`. */
  readonly resources?: Readonly<Record<string, number>> | undefined
  /** Bytes that its process may hold for it. */
  readonly memoryLimit: number
  readonly certificates?: Certificates | undefined
  /** Milliseconds until it must be a member. */
  readonly timeout: number
  readonly connector: Connector
  /** What runs the tasks. */
  readonly cluster: Cluster & ActorPlaces
  /** Which functions it does not run. Absent: it runs all. */
  readonly refusalOf?: RefusalOf | undefined
  readonly usage: Usage
  readonly logger: Logger
  readonly pid: number
}

// Of its memory, what may be on its way to it at a time, as Dask's own workers do it.
const INCOMING_SHARE = 0.1

/** One membership of a worker in its cluster, from its registration to its end. Another begins with nothing of this. */
export class Membership {
  readonly address: string
  /** Resolves once, when it is over and nothing is left of it: with the reason where the scheduler was lost. */
  readonly closed: Promise<CommClosedError | undefined>
  readonly #options: MembershipOptions
  readonly #session: Session
  readonly #store: ValueStore
  readonly #tasks: WorkerTasks
  readonly #bringing: Bringing
  readonly #threads: TaskThreads
  readonly #actors: Actors

  private constructor(options: MembershipOptions, joined: Joined, store: ValueStore, server: PeerServer) {
    const { address, rpc, comm, heartbeatS, listener } = joined
    const { name, cluster, nthreads, resources, usage, memoryLimit, logger } = options
    this.#options = options
    this.address = address
    this.#store = store
    this.#tasks = new WorkerTasks(resources)
    this.#session = new Session({ rpc, comm, scheduler: options.address, address, heartbeatS })
    const [session, tasks] = [this.#session, this.#tasks]
    const rest = new Rest(session, () => this.#threads.run())
    const place = `'${name}' at ${address}`
    this.#actors = new Actors(cluster)
    const actors = this.#actors
    this.#threads = new TaskThreads({
      place,
      cluster,
      actors,
      nthreads,
      tasks,
      store,
      session,
      rest,
      refusalOf: options.refusalOf,
    })
    const maxBytes = INCOMING_SHARE * memoryLimit
    this.#bringing = new Bringing({ rpc, store, session, tasks, address, maxBytes, onArrived: () => this.#threads.run() })
    const memory = new MemoryWatch({ name, usage, memoryLimit, rest, logger })
    this.closed = session.closed.then(async (error) => {
      memory.end()
      this.#threads.end()
      actors.end()
      this.#bringing.end()
      server.close()
      rpc.close()
      await listener.close()
      return error
    })
    session.start(
      (messages) => this.#receive(messages),
      () => this.#pulse(),
    )
  }

  /** `signal`: ends the attempt. @throws {CommClosedError | ClusterError} saying what is wrong there */
  static async begin(options: MembershipOptions, signal: AbortSignal): Promise<Membership> {
    let membership: Membership | undefined
    const store = new ValueStore()
    const server = new PeerServer({
      store,
      identity: () => identityOf(options),
      gather: async (whoHas) => (membership === undefined ? Object.keys(whoHas) : membership.#bringing.gather(whoHas)),
      call: async (call) => (membership === undefined ? {} : membership.#actors.call(call)),
      terminate: () => void membership?.close(),
    })
    membership = new Membership(options, await join(options, server, signal), store, server)
    return membership
  }

  /** Hands what it has to others, as far as the scheduler sees to that, and leaves. */
  async retire(): Promise<void> {
    if (!this.#session.isEnding) await this.#session.retire(this.#store.keys)
    await this.close()
  }

  /** Leaves at once. */
  async close(): Promise<void> {
    this.#session.leave()
    await this.closed
  }

  #receive(messages: readonly StreamMessage[]): void {
    for (const message of messages) this.#take(message)
    this.#threads.run()
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
        this.#bringing.acquire(message)
        break
      case 'refresh-who-has':
        this.#bringing.refresh(message)
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
    this.#threads.stop(assignment.key)
    const missing = this.#tasks.assign(assignment, (key) => this.#store.has(key))
    this.#bringing.bring(missing, assignment.whoHas, assignment.sizes)
  }

  #free(key: string): void {
    this.#store.drop(key)
    this.#actors.drop(key)
    this.#tasks.drop(key)
    this.#threads.stop(key)
    this.#threads.runSoon()
  }

  /** A copy that is one too many. What is being computed here by now is none. */
  #dropReplica(key: string): void {
    if (this.#tasks.stateOf(key) !== undefined || !this.#store.has(key)) return
    this.#store.drop(key)
    this.#session.send({ op: 'release-worker-data', key, stimulus_id: stimulus('remove-replicas') })
  }

  #giveUp(key: string, stimulusId: unknown): void {
    const state = this.#tasks.stateOf(key) ?? (this.#store.has(key) ? 'memory' : null)
    if (state === 'ready' || state === 'waiting') this.#tasks.drop(key)
    this.#session.send({ op: 'steal-response', key, state, stimulus_id: stimulusId })
  }

  #pulse(): Pulse {
    const { usage } = this.#options
    const { bytes, size: values } = this.#store
    const { executing } = this.#tasks
    const metrics = metricsOf({ memory: usage.memory(), cpu: usage.cpu(), executing, values, bytes })
    return { metrics, executing: this.#threads.executing }
  }
}

function identityOf({ name, address, nthreads, memoryLimit }: MembershipOptions): object {
  return { type: 'Worker', id: name, scheduler: address, nthreads, memory_limit: memoryLimit }
}
