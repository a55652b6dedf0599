/** How something ended that others wait for. */
export type Outcome = 'done' | 'failed' | 'canceled'

/** What becomes of one whose dependencies have all ended: it goes on, or ends as they did. */
export type Verdict = 'ready' | 'failed' | 'canceled'

/**
 * Something in a graph of dependencies. It waits for what was there before it, so that no circle can be made.
 *
 * What has ended holds nothing of the graph: a chain without end can be built, and its beginning forgotten.
 */
export class Vertex {
  #outcome: Outcome | undefined
  #dependencies: readonly Vertex[] = NONE
  #dependents: Vertex[] = []
  /** How many of its dependencies have not ended. */
  #waiting = 0

  /** `undefined` until it has ended. */
  get outcome(): Outcome | undefined {
    return this.#outcome
  }

  /** Once for each time that it was named, in order; none any more when it has ended. */
  get dependencies(): readonly Vertex[] {
    return this.#dependencies
  }

  /** Whether one of its dependencies has not ended. */
  get waits(): boolean {
    return this.#waiting > 0
  }

  /** What becomes of it now that it does not wait any more. One that was cancelled counts before those that failed. */
  get verdict(): Verdict {
    const ends = new Set(this.#dependencies.map(({ outcome }) => outcome))
    if (ends.has('canceled')) return 'canceled'
    return ends.has('failed') ? 'failed' : 'ready'
  }

  /** It is to wait for these. Called once, before anything waits for it. */
  waitFor(dependencies: readonly Vertex[]): void {
    if (dependencies.length === 0) return
    this.#dependencies = dependencies
    for (const dependency of new Set(dependencies)) {
      if (dependency.#outcome !== undefined) continue
      dependency.#dependents.push(this)
      this.#waiting++
    }
  }

  /** It has ended. Answers those that waited for it and wait for nothing any more, in the order in which they came. */
  settle(outcome: Outcome): readonly Vertex[] {
    this.#outcome = outcome
    this.#dependencies = NONE
    const dependents = this.#dependents
    this.#dependents = []
    return dependents.filter((dependent) => dependent.#outcome === undefined && --dependent.#waiting === 0)
  }
}

const NONE: readonly Vertex[] = []
