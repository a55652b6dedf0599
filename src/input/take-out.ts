import type { Path } from '../core/cluster.js'
import { isMap, isRecord } from '../core/record.js'

/** Something that stood among arguments, and where. */
interface Found<T> {
  readonly item: T
  readonly path: Path
}

/** Arguments with what stands for values taken out. */
export interface TakenOut<T> {
  readonly args: readonly unknown[]
  readonly found: readonly Found<T>[]
}

/**
 * Finds what stands for values among arguments: in arrays, plain records and Maps (as values), however deep. What holds
 * none is left as it is; what holds one is copied, without it.
 *
 * @param isOne whether something stands for a value
 */
export function takeOut<T>(args: readonly unknown[], isOne: (value: unknown) => value is T): TakenOut<T> {
  const search = new Search(isOne)
  return { args: search.take(args) as readonly unknown[], found: search.found }
}

class Search<T> {
  readonly found: Found<T>[] = []
  readonly #isOne: (value: unknown) => value is T
  readonly #path: unknown[] = []
  /** What we are in: a value may hold itself. */
  readonly #holders = new Set<object>()
  /** What holds none: it may stand in many places, and they in many others. */
  readonly #without = new Set<object>()

  constructor(isOne: (value: unknown) => value is T) {
    this.#isOne = isOne
  }

  take(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    if (this.#isOne(value)) {
      this.found.push({ item: value, path: [...this.#path] })
      return undefined
    }
    const container = this.#without.has(value) ? undefined : containerOf(value)
    if (container === undefined || this.#holders.has(value)) return value
    this.#holders.add(value)
    const taken = this.#takeFrom(value, container)
    this.#holders.delete(value)
    if (taken === value) this.#without.add(value)
    return taken
  }

  #takeFrom(value: object, { entries, copyWith }: Container): unknown {
    const replaced = new Map<unknown, unknown>()
    for (const [step, item] of entries(value)) {
      if (typeof item !== 'object' || item === null) continue
      this.#path.push(step)
      const taken = this.take(item)
      this.#path.pop()
      if (taken !== item) replaced.set(step, taken)
    }
    return replaced.size === 0 ? value : copyWith(value, replaced)
  }
}

/** Something that may hold them: its parts, each with the step that leads there, and how it is copied with other parts. */
interface Container {
  entries(value: object): Iterable<readonly [step: unknown, item: unknown]>
  copyWith(value: object, replaced: ReadonlyMap<unknown, unknown>): object
}

function containerOf(value: object): Container | undefined {
  if (Array.isArray(value)) return ARRAY
  if (isRecord(value)) return RECORD
  return isMap(value) ? MAP : undefined
}

const ARRAY: Container = {
  entries: (value) => (value as readonly unknown[]).entries(),
  copyWith(value, replaced) {
    const copy = [...(value as readonly unknown[])]
    for (const [i, item] of replaced) copy[i as number] = item
    return copy
  },
}

const MAP: Container = {
  entries: (value) => value as ReadonlyMap<unknown, unknown>,
  copyWith: (value, replaced) => new Map([...(value as ReadonlyMap<unknown, unknown>), ...replaced]),
}

const RECORD: Container = {
  // To put a value at `__proto__` later would set the prototype.
  entries: (value) => Object.entries(value).filter(([key]) => key !== '__proto__'),
  copyWith: (value, replaced) => ({ ...value, ...Object.fromEntries(replaced) }),
}
