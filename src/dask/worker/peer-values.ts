import { isRecord } from '../../core/record.js'
import type { Rpc } from '../comm/rpc.js'
import { Serialized } from '../protocol/message.js'
import { PeerQueues, type Wanted } from './peer-queues.js'
import type { ValueStore } from './value-store.js'

export interface PeerValuesOptions {
  readonly rpc: Rpc
  readonly store: ValueStore
  /** Of the worker that asks. */
  readonly address: string
  /** Bytes that may be on their way here at a time: one request more than none may be. */
  readonly maxBytes: number
  /** Values are here: those of one answer. */
  readonly onArrived: (keys: readonly string[]) => void
  /** None of the workers that were said to have it does. */
  readonly onMissing: (key: string) => void
}

/** Which workers have which values. */
export type WhoHas = Readonly<Record<string, readonly string[]>>

/** What values take, as far as that is known. */
export type Sizes = Readonly<Record<string, number>>

// As Dask's own workers do it. Two requests to one worker at a time: while one is read, the other is written.
const REQUEST_BYTES = 50_000_000
const MOST_REQUESTS = 50
const MOST_REQUESTS_TO_ONE = 2
const BUSY_MS = 150
// A worker that takes longer is taken for gone: on a machine that lost its power nothing ends a connection.
const SILENCE_MS = 60_000
const LEAST_BYTES_PER_MS = 500
// Of what nobody knows the size.
const UNKNOWN_BYTES = 1_024

/** Brings values from other workers: from each, as many as one request takes. */
export class PeerValues {
  readonly #options: PeerValuesOptions
  readonly #wanted = new Map<string, Wanted>()
  readonly #queues = new PeerQueues()
  /** How many requests each worker is answering. */
  readonly #asked = new Map<string, number>()
  readonly #busy = new Map<string, TimerHandle>()
  /** Of which it is not known whether there is anybody left to ask. */
  readonly #unsettled: Wanted[] = []
  #requests = 0
  #bytes = 0
  /** It is about to ask. */
  #asks = false
  #closed = false

  constructor(options: PeerValuesOptions) {
    this.#options = options
  }

  /** From the first of the workers that has it. What is asked for already may come from these as well. */
  bring(key: string, workers: readonly string[], nbytes = UNKNOWN_BYTES): void {
    void this.#want(key, workers, nbytes)
  }

  /** Brings values here. Resolves to those that nobody has. */
  async gather(whoHas: WhoHas, sizes: Sizes = {}): Promise<readonly string[]> {
    const keys = Object.keys(whoHas).filter((key) => !this.#options.store.has(key))
    const ends = keys.map((key) => {
      const wanted = this.#want(key, whoHas[key] ?? [], sizes[key])
      return new Promise<boolean>((resolve) => wanted.onEnd.push(resolve))
    })
    const found = await Promise.all(ends)
    return keys.filter((_, index) => !found[index])
  }

  /** What is still wanted is not brought. */
  close(): void {
    this.#closed = true
    for (const timer of this.#busy.values()) clearTimeout(timer)
    for (const wanted of [...this.#wanted.values()]) this.#end(wanted, false)
  }

  #want(key: string, workers: readonly string[], nbytes = UNKNOWN_BYTES): Wanted {
    const { address } = this.#options
    let wanted = this.#wanted.get(key)
    if (wanted === undefined) {
      wanted = { key, nbytes, holders: new Set(), asking: false, onEnd: [] }
      this.#wanted.set(key, wanted)
    }
    for (const worker of workers) if (worker !== address) wanted.holders.add(worker)
    this.#goOn([wanted])
    return wanted
  }

  /** Asks whom there is to ask; those of one turn go together. */
  #goOn(wanted: readonly Wanted[]): void {
    for (const one of wanted) if (!one.asking) this.#queues.add(one)
    this.#unsettled.push(...wanted)
    if (this.#asks) return
    this.#asks = true
    queueMicrotask(() => {
      this.#asks = false
      this.#ask()
    })
  }

  #ask(): void {
    if (this.#closed) return
    for (const wanted of this.#unsettled.splice(0)) {
      const isHopeless = !wanted.asking && wanted.holders.size === 0
      if (isHopeless && this.#wanted.get(wanted.key) === wanted) this.#end(wanted, false)
    }
    for (let asked = true; asked; ) {
      asked = false
      for (const worker of this.#queues.workers) {
        if (!this.#mayAsk(worker)) continue
        // What is larger than all that may be on its way must come some time.
        const room = this.#requests === 0 ? Number.POSITIVE_INFINITY : this.#options.maxBytes - this.#bytes
        const batch = this.#queues.take(worker, Math.min(REQUEST_BYTES, room), room)
        if (batch.length === 0) continue
        asked = true
        void this.#request(worker, batch)
      }
    }
  }

  #mayAsk(worker: string): boolean {
    if (this.#requests >= MOST_REQUESTS || this.#busy.has(worker)) return false
    return (this.#asked.get(worker) ?? 0) < MOST_REQUESTS_TO_ONE
  }

  async #request(worker: string, batch: readonly Wanted[]): Promise<void> {
    const { rpc, address } = this.#options
    const bytes = batch.reduce((sum, { nbytes }) => sum + nbytes, 0)
    this.#count(worker, 1, bytes)
    for (const wanted of batch) wanted.asking = true
    let answer: unknown
    try {
      const request = { op: 'get_data', keys: batch.map(({ key }) => key), who: address, reply: true }
      const thanks = (given: unknown) => (isRecord(given) && given.status === 'OK' ? 'OK' : undefined)
      answer = await rpc.ask(worker, request, { thanks, timeout: SILENCE_MS + bytes / LEAST_BYTES_PER_MS })
    } catch {
      // Nor is it to be asked for the others that it was said to have.
      this.#goOn(this.#queues.leave(worker))
    }
    this.#count(worker, -1, -bytes)
    for (const wanted of batch) wanted.asking = false
    if (isRecord(answer) && answer.status === 'busy') this.#waitFor(worker)
    else this.#take(worker, batch, isRecord(answer) && isRecord(answer.data) ? answer.data : {})
    this.#goOn(batch.filter((wanted) => this.#wanted.get(wanted.key) === wanted))
  }

  #take(worker: string, batch: readonly Wanted[], data: Readonly<Record<string, unknown>>): void {
    if (this.#closed) return
    const arrived = batch.filter(({ key }) => data[key] instanceof Serialized)
    for (const { key } of arrived) this.#options.store.put(key, data[key] as Serialized)
    for (const wanted of batch) wanted.holders.delete(worker)
    for (const wanted of arrived) this.#end(wanted, true)
    if (arrived.length > 0) this.#options.onArrived(arrived.map(({ key }) => key))
  }

  #waitFor(worker: string): void {
    clearTimeout(this.#busy.get(worker))
    const over = () => {
      this.#busy.delete(worker)
      this.#ask()
    }
    this.#busy.set(worker, setTimeout(over, BUSY_MS))
  }

  #count(worker: string, requests: 1 | -1, bytes: number): void {
    this.#requests += requests
    this.#bytes += bytes
    const asked = (this.#asked.get(worker) ?? 0) + requests
    if (asked === 0) this.#asked.delete(worker)
    else this.#asked.set(worker, asked)
  }

  #end(wanted: Wanted, found: boolean): void {
    this.#wanted.delete(wanted.key)
    const here = found || this.#options.store.has(wanted.key)
    for (const onEnd of wanted.onEnd) onEnd(here)
    if (!here && !this.#closed) this.#options.onMissing(wanted.key)
  }
}
