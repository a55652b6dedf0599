import { atMost } from '../../core/at-most.js'
import type { Connector, Identity } from '../../core/connector.js'
import { ClusterError, CommClosedError } from '../../core/errors.js'
import { createId } from '../../core/ids.js'
import { Comm, untilAborted } from '../comm/comm.js'
import { type Dialect, dialectOf, versionOf } from '../comm/dialect.js'
import { Rpc } from '../comm/rpc.js'
import { SILENCE_MS, Silence } from '../comm/silence.js'
import { Stream, type StreamMessage } from '../comm/stream.js'
import { readWorkers } from '../worker-info.js'

export interface SchedulerLinkOptions {
  readonly address: string
  readonly connector: Connector
  readonly identity: Identity | undefined
  /** Milliseconds until it must stand. */
  readonly timeout: number
  readonly onMessages: (messages: readonly StreamMessage[]) => void
  /** Ends the attempt. */
  readonly signal: AbortSignal
}

const HEARTBEAT_MS = 5_000
// Calls that are under way at a time. Each takes a connection of the scheduler's to the worker, of which it has 512 for all.
const MOST_CALLS = 64
// In which its end shows on all connections to it.
const GONE_MS = 200
const PROBE_MS = 60_000
// How often it is asked whether a JavaScript worker has come.
const WORKERS_MS = 200

/** What joins a client and its scheduler: a stream of messages, and questions beside it. */
export class SchedulerLink {
  readonly id: string
  readonly address: string
  readonly dialect: Dialect
  readonly closed: Promise<CommClosedError>
  readonly #stream: Stream
  readonly #rpc: Rpc
  readonly #calls: Rpc
  readonly #silence = new Silence()
  readonly #timers: readonly TimerHandle[]
  /** It is being asked whether it is there. */
  #probes = false

  private constructor(
    { address, connector, identity, onMessages }: SchedulerLinkOptions,
    dialect: Dialect,
    comm: Comm,
    rpc: Rpc,
    id: string,
  ) {
    this.id = id
    this.address = address
    this.dialect = dialect
    this.#rpc = rpc
    this.#calls = new Rpc(connector, identity, MOST_CALLS)
    this.#stream = new Stream(comm, (messages) => {
      this.#silence.broken()
      onMessages(messages)
    })
    this.closed = this.#stream.closed
    this.#timers = [
      setInterval(() => this.send({ op: 'heartbeat-client' }), HEARTBEAT_MS),
      setInterval(() => void this.#probe(), PROBE_MS),
    ]
    for (const timer of this.#timers) (timer as { unref?(): void }).unref?.()
    void this.closed.then(() => this.#end())
  }

  /** @throws {CommClosedError | ClusterError} saying what is wrong there */
  static async open(options: SchedulerLinkOptions): Promise<SchedulerLink> {
    const { address, connector, identity, timeout, signal } = options
    const limit = new AbortController()
    const stop = () => limit.abort()
    const timer = setTimeout(stop, timeout)
    signal.addEventListener('abort', stop, { once: true })
    const rpc = new Rpc(connector, identity)
    limit.signal.addEventListener('abort', () => rpc.close(), { once: true })
    let comm: Comm | undefined
    try {
      const versions = await untilAborted(rpc.ask(address, { op: 'versions' }), limit.signal, address)
      const dialect = dialectOf(versionOf(address, versions))
      comm = await Comm.connect(connector, address, { ...identity, signal: limit.signal })
      const id = createId('daskflow')
      const started = untilAborted(comm.next(), limit.signal, address)
      // With versions that are its own it warns nobody of differences.
      comm.send({ op: 'register-client', client: id, reply: false, versions })
      await started
      const link = new SchedulerLink(options, dialect, comm, rpc, id)
      await link.#javaScriptWorker(timeout, limit.signal)
      return link
    } catch (error) {
      rpc.close()
      comm?.close()
      throw error
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
  }

  /** Whether it keeps the process alive. */
  hold(alive: boolean): void {
    this.#stream.hold(alive)
  }

  send(...messages: readonly object[]): void {
    this.#stream.send(...messages)
  }

  /** Sends what else would wait for the end of the turn. */
  flush(): void {
    this.#stream.flush()
  }

  ask(request: object): Promise<unknown> {
    return this.#rpc.ask(this.address, request)
  }

  /** Asks what may take as long as a method of an actor does: on connections of its own, for which others do not wait. */
  call(request: object): Promise<unknown> {
    return this.#calls.ask(this.address, request)
  }

  /** One that is gone without a word is not told by the stream. */
  async #probe(): Promise<void> {
    if (this.#probes) return
    this.#probes = true
    try {
      await this.#rpc.ask(this.address, { op: 'echo', data: null }, { timeout: SILENCE_MS })
      this.#silence.broken()
    } catch {
      if (this.#silence.isTooLong) this.#stream.close()
    } finally {
      this.#probes = false
    }
  }

  /** Whether an answer did not come since the scheduler is gone. One that does not get through to a worker hangs up, too. */
  async isGone(error: unknown): Promise<boolean> {
    return error instanceof CommClosedError && (await atMost(GONE_MS, this.closed))
  }

  /** Says that it leaves: what it alone wanted is dropped. */
  close(): void {
    this.send({ op: 'close-client' }, { op: 'close-stream' })
    this.#stream.close()
    this.#end()
  }

  #end(): void {
    this.#calls.close()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#rpc.close()
  }

  // Tasks would wait for one in silence.
  async #javaScriptWorker(timeout: number, limit: AbortSignal): Promise<void> {
    while (!limit.aborted) {
      if (readWorkers(await untilAborted(this.ask({ op: 'identity' }), limit, this.address)).length > 0) return
      await new Promise<void>((resolve) => setTimeout(resolve, WORKERS_MS))
    }
    this.close()
    const how = `Start one beside it: npx daskflow worker ${this.address}`
    throw new ClusterError(`The cluster at ${this.address} had no JavaScript worker within ${timeout} ms. ${how}`)
  }
}
