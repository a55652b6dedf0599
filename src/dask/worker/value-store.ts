import type { Serialized } from '../protocol/message.js'
import { decodeValue } from '../values.js'

/** The values of one worker, by their keys. Each stays as it came: what Python made goes back to Python the same. */
export class ValueStore {
  readonly #values = new Map<string, Serialized>()

  has(key: string): boolean {
    return this.#values.has(key)
  }

  get keys(): readonly string[] {
    return [...this.#values.keys()]
  }

  put(key: string, value: Serialized): void {
    this.#values.set(key, value)
  }

  get(key: string): Serialized | undefined {
    return this.#values.get(key)
  }

  /** A copy of its own for whoever reads it. @throws {ClusterError} when it is malformed, or not here */
  read(key: string): unknown {
    return decodeValue(this.#values.get(key) as Serialized)
  }

  drop(key: string): void {
    this.#values.delete(key)
  }
}

/** What a value takes, as the scheduler counts it. */
export function nbytesOf({ frames }: Serialized): number {
  return frames.reduce((sum, { byteLength }) => sum + byteLength, 0)
}
