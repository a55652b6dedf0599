import { isRecord } from '../../core/record.js'
import { Serialized } from '../protocol/message.js'
import type { Rpc } from '../rpc.js'
import type { ValueStore } from './value-store.js'

/** The values that other workers have. */
export class PeerValues {
  readonly #rpc: Rpc
  readonly #store: ValueStore
  readonly #address: string

  /** `address`: of the worker that asks. */
  constructor(rpc: Rpc, store: ValueStore, address: string) {
    this.#rpc = rpc
    this.#store = store
    this.#address = address
  }

  /** Brings values here. Answers those that nobody has. */
  async gather(whoHas: Readonly<Record<string, readonly string[]>>): Promise<readonly string[]> {
    const keys = Object.keys(whoHas).filter((key) => !this.#store.has(key))
    const found = await Promise.all(keys.map((key) => this.fetch(key, whoHas[key] ?? [])))
    return keys.filter((_, index) => !found[index])
  }

  /** Brings a value here, from the first of these that has it. Answers whether it is here. */
  async fetch(key: string, workers: readonly string[]): Promise<boolean> {
    for (const worker of workers) {
      try {
        const request = { op: 'get_data', keys: [key], who: this.#address, reply: true }
        const answer = await this.#rpc.ask(worker, request, (given) =>
          isRecord(given) && given.status === 'OK' ? 'OK' : undefined,
        )
        const value = isRecord(answer) && isRecord(answer.data) ? answer.data[key] : undefined
        if (!(value instanceof Serialized)) continue
        this.#store.put(key, value)
        return true
      } catch {
        // Another may have it.
      }
    }
    return this.#store.has(key)
  }
}
