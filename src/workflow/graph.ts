/** How something ended that others wait for. */
export type Outcome = 'done' | 'failed' | 'canceled'

/** What becomes of one whose dependencies have all ended: it goes on, or ends as they did. */
export type Verdict = 'ready' | 'failed' | 'canceled'

/**
 * A place in a graph of dependencies. It waits for what was there before it, so that no circle can be made.
 *
 * What has ended holds nothing of the graph: a chain without end can be built, and its beginning forgotten.
 */
export class Vertex<T> {
  /** Whose place it is. */
  readonly owner: T
  #outcome: Outcome | undefined
  #dependencies: readonly Vertex<T>[] = NONE
  // Most have one, or none.
  #dependents: Vertex<T>[] | undefined
  /** How many of its dependencies have not ended. */
  #waiting = 0
  /** How many of its dependents ended before it. */
  #left = 0

  constructor(owner: T) {
    this.owner = owner
  }

  /** `undefined` until it has ended. */
  get outcome(): Outcome | undefined {
    return this.#outcome
  }

  /** Whether one of its dependencies has not ended. */
  get waits(): boolean {
    return this.#waiting > 0
  }

  /** Once for each time that it was named, in order; none any more when it has ended. */
  get dependencies(): readonly Vertex<T>[] {
    return this.#dependencies
  }

  /** Those that wait for it. */
  get dependents(): readonly Vertex<T>[] {
    return this.#dependents ?? NONE
  }

  /** What becomes of it now that it does not wait any more. One that was cancelled counts before those that failed. */
  get verdict(): Verdict {
    let verdict: Verdict = 'ready'
    for (const { outcome } of this.#dependencies) {
      if (outcome === 'canceled') return 'canceled'
      if (outcome === 'failed') verdict = 'failed'
    }
    return verdict
  }

  /** It is to wait for these. Called once, before anything waits for it. */
  waitFor(dependencies: readonly Vertex<T>[]): void {
    if (dependencies.length === 0) return
    this.#dependencies = dependencies
    for (const dependency of distinct(dependencies)) {
      if (dependency.#outcome !== undefined) continue
      dependency.#dependents ??= []
      dependency.#dependents.push(this)
      this.#waiting++
    }
  }

  /** It has ended. Answers those that waited for it and wait for nothing any more, in the order in which they came. */
  settle(outcome: Outcome): readonly Vertex<T>[] {
    this.#outcome = outcome
    if (this.#waiting > 0) for (const dependency of distinct(this.#dependencies)) dependency.#leave()
    this.#dependencies = NONE
    const dependents = this.#dependents
    this.#dependents = undefined
    return dependents?.filter((each) => each.#outcome === undefined && --each.#waiting === 0) ?? NONE
  }

  /** One that waited for it has ended: what it never sees end must not hold it for ever. */
  #leave(): void {
    if (this.#dependents === undefined || ++this.#left < FEWEST_LEFT || this.#left < this.#dependents.length / 2) return
    this.#dependents = this.#dependents.filter((dependent) => dependent.#outcome === undefined)
    this.#left = 0
  }
}

const NONE: readonly never[] = []
// As many are kept at least that wait for it no more. Beyond that, of all they are half: each costs two looks at most.
const FEWEST_LEFT = 256

function distinct<T>(list: readonly T[]): Iterable<T> {
  return list.length === 1 ? list : new Set(list)
}
