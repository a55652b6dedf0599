import { atMost } from '../../core/at-most.js'
import type { CommClosedError } from '../../core/errors.js'
import { isRecord } from '../../core/record.js'
import type { Comm } from '../comm/comm.js'
import type { Rpc } from '../comm/rpc.js'
import { SILENCE_MS, Silence } from '../comm/silence.js'
import { Stream, type StreamMessage } from '../comm/stream.js'
import { handOver } from './handing-over.js'
import { seconds } from './metrics.js'
import { stimulus } from './stimulus.js'

export interface SessionOptions {
  readonly rpc: Rpc
  /** On which the worker was registered. */
  readonly comm: Comm
  /** Of the scheduler, and of the worker. */
  readonly scheduler: string
  readonly address: string
  readonly heartbeatS: number
}

/** How a worker is. */
export interface Pulse {
  readonly metrics: object
  /** Since how many seconds each of its tasks runs. */
  readonly executing: Readonly<Record<string, number>>
}

const KEEP_ALIVE_MS = 25_000
// Milliseconds in which others must have taken what it holds.
const RETIRE_MS = 30_000

/** What a worker and its scheduler say to each other, from its registration to its end. */
export class Session {
  /** Resolves once, when it is over: with the reason where it was not the worker that left. */
  readonly closed: Promise<CommClosedError | undefined>
  readonly #options: SessionOptions
  readonly #stream: Stream
  readonly #silence = new Silence()
  readonly #timers: TimerHandle[] = []
  /** What came before anybody listened: the scheduler may have tasks at once. */
  readonly #early: StreamMessage[] = []
  #receive = (messages: readonly StreamMessage[]): void => void this.#early.push(...messages)
  /** A heartbeat is on its way. */
  #beats = false
  #leaving = false
  #over = false

  constructor(options: SessionOptions) {
    this.#options = options
    this.#stream = new Stream(options.comm, (messages) => {
      this.#silence.broken()
      this.#receive(messages)
    })
    this.closed = this.#stream.closed.then((error) => {
      for (const timer of this.#timers) clearTimeout(timer)
      this.#over = true
      return this.#leaving ? undefined : error
    })
  }

  /** Whether it is over, or about to be. */
  get isEnding(): boolean {
    return this.#leaving || this.#over
  }

  /** Gets what the scheduler says from now on. `pulse`: what heartbeats tell of the worker. To be called once. */
  start(listener: (messages: readonly StreamMessage[]) => void, pulse: () => Pulse): void {
    this.#timers.push(
      setInterval(() => void this.#beat(pulse()), this.#options.heartbeatS * 1_000),
      setInterval(() => this.send({ op: 'keep-alive' }), KEEP_ALIVE_MS),
    )
    this.#receive = listener
    listener(this.#early.splice(0))
  }

  send(...messages: readonly object[]): void {
    this.#stream.send(...messages)
  }

  /** `paused`: the scheduler gives it no further tasks. */
  tellStatus(status: 'paused' | 'running'): void {
    this.send({ op: 'worker-status-change', status, stimulus_id: stimulus(status) })
  }

  /** Resolves when what the worker has, these values, is with others, as far as they and the scheduler see to that. */
  async retire(keys: readonly string[]): Promise<void> {
    const { rpc, scheduler, address } = this.#options
    await atMost(RETIRE_MS, handOver(keys, { rpc, scheduler, address }))
    // A scheduler that is gone has nobody to hand it to.
    await atMost(RETIRE_MS, rpc.ask(scheduler, { op: 'retire_workers', workers: [address], close_workers: true, remove: true }))
  }

  /** Says that the worker leaves, and ends it. */
  leave(): void {
    if (!this.isEnding) this.send({ op: 'close-stream' })
    this.#leaving = true
    this.#stream.close()
  }

  async #beat(pulse: Pulse): Promise<void> {
    // A scheduler that does not answer is not asked again meanwhile.
    if (this.#beats) return
    this.#beats = true
    const { rpc, scheduler, address } = this.#options
    const request = { op: 'heartbeat_worker', reply: true, address, now: seconds(), ...pulse, extensions: {} }
    try {
      const answer = await rpc.ask(scheduler, request, { timeout: SILENCE_MS })
      this.#silence.broken()
      // The scheduler does not know it any more: what it has is of no use.
      if (isRecord(answer) && answer.status === 'missing') this.#stream.close()
    } catch {
      // One that is gone without a word is not told by the stream.
      if (this.#silence.isTooLong) this.#stream.close()
    } finally {
      this.#beats = false
    }
  }
}
