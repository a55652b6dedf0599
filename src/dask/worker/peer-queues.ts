/** A value that is to be brought from another worker. */
export interface Wanted {
  readonly key: string
  readonly nbytes: number
  /** Workers that may have it, and were not asked in vain. */
  readonly holders: Set<string>
  /** One of them is being asked. */
  asking: boolean
  /** Called once, with whether it is here. */
  readonly onEnd: ((found: boolean) => void)[]
}

/** What is to be asked for, by the workers that have it: pure. A value stands in the queue of each of its holders. */
export class PeerQueues {
  readonly #queues = new Map<string, Set<Wanted>>()

  /** Those of which something is wanted. */
  get workers(): readonly string[] {
    return [...this.#queues.keys()]
  }

  add(wanted: Wanted): void {
    for (const worker of wanted.holders) {
      const queue = this.#queues.get(worker)
      if (queue === undefined) this.#queues.set(worker, new Set([wanted]))
      else queue.add(wanted)
    }
  }

  /** As many as `most` bytes are; a single one may have `mostOfOne`. They are in no queue any more. */
  take(worker: string, most: number, mostOfOne: number): readonly Wanted[] {
    const taken: Wanted[] = []
    let sum = 0
    for (const wanted of this.#queues.get(worker) ?? []) {
      sum += wanted.nbytes
      if (sum > (taken.length === 0 ? mostOfOne : most)) break
      taken.push(wanted)
    }
    for (const wanted of taken) for (const holder of wanted.holders) this.#remove(holder, wanted)
    return taken
  }

  /** Nobody reaches it. Answers what was wanted of it. */
  leave(worker: string): readonly Wanted[] {
    const queue = [...(this.#queues.get(worker) ?? [])]
    for (const wanted of queue) wanted.holders.delete(worker)
    this.#queues.delete(worker)
    return queue
  }

  #remove(worker: string, wanted: Wanted): void {
    const queue = this.#queues.get(worker)
    queue?.delete(wanted)
    if (queue?.size === 0) this.#queues.delete(worker)
  }
}
