import { ClusterError } from '../../core/errors.js'
import type { Serialized } from '../protocol/message.js'
import { decodeValue } from '../values/values.js'

/** The values of one worker, by their keys. Each stays as it came: what Python made goes back to Python the same. */
export class ValueStore {
  readonly #values = new Map<string, Serialized>()
  #bytes = 0

  has(key: string): boolean {
    return this.#values.has(key)
  }

  get keys(): readonly string[] {
    return [...this.#values.keys()]
  }

  /** What they take together. */
  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#values.size
  }

  put(key: string, value: Serialized): void {
    this.drop(key)
    this.#values.set(key, value)
    this.#bytes += nbytesOf(value)
  }

  get(key: string): Serialized | undefined {
    return this.#values.get(key)
  }

  /** For who copies it: large bytes in it are those that are here, and MUST NOT change. @throws {ClusterError} when it is malformed, or not here */
  read(key: string): unknown {
    const value = this.#values.get(key)
    if (value === undefined) throw new ClusterError(`The value of '${key}' is not on this worker any more`)
    return decodeValue(value)
  }

  drop(key: string): void {
    const value = this.#values.get(key)
    if (value === undefined) return
    this.#values.delete(key)
    this.#bytes -= nbytesOf(value)
  }
}

/** What a value takes, as the scheduler counts it. */
export function nbytesOf({ frames }: Serialized): number {
  return frames.reduce((sum, { byteLength }) => sum + byteLength, 0)
}
