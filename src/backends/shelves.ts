/** What can be kept. Once it has ended it stays so, and is not kept any more. */
interface Keepable {
  readonly uid: string
  readonly ended: boolean
}

/** Tasks that have not ended, by uid. */
export interface Shelf<T extends Keepable> {
  readonly size: number
  /** In the order in which they came. */
  tasks(): T[]
  find(uid: string): T | undefined
  /** Whether a task of that uid may be put here. */
  takes(uid: string): boolean
  put(task: T): void
  /** A task that is here has ended. */
  remove(task: T): void
}

// As many ended ones stay at least. And of all they are so many: to make the list anew costs a third of one for each then.
const FEWEST_ENDED = 1_024
const MOST_ENDED = 0.75

/**
 * Tasks whose uids come in order (the longer one last, else as text), as those that are counted do. They need no index: what
 * comes last cannot be here yet, and what is here is found by halves. Of what a task costs, an index by uid would be a sixth.
 *
 * To take a single one out would cost more than all else that is done for it, so what has ended stays for a while.
 */
export class SortedShelf<T extends Keepable> implements Shelf<T> {
  #tasks: T[] = []
  #ended = 0

  get size(): number {
    return this.#tasks.length - this.#ended
  }

  tasks(): T[] {
    return this.#tasks.filter(({ ended }) => !ended)
  }

  find(uid: string): T | undefined {
    let low = 0
    let high = this.#tasks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (isAfter((this.#tasks[middle] as T).uid, uid)) high = middle - 1
      else low = middle
    }
    const found = this.#tasks[low]
    return found?.uid === uid && !found.ended ? found : undefined
  }

  takes(uid: string): boolean {
    const last = this.#tasks.at(-1)
    return last === undefined || isAfter(uid, last.uid)
  }

  put(task: T): void {
    this.#tasks.push(task)
  }

  remove(): void {
    const { length } = this.#tasks
    if (++this.#ended < FEWEST_ENDED || this.#ended < length * MOST_ENDED) return
    this.#tasks = this.tasks()
    this.#ended = 0
  }
}

/** Tasks whose uids come in any order. */
export class UnsortedShelf<T extends Keepable> implements Shelf<T> {
  readonly #tasks: Map<string, T>

  constructor(tasks: readonly T[]) {
    this.#tasks = new Map(tasks.map((task) => [task.uid, task]))
  }

  get size(): number {
    return this.#tasks.size
  }

  tasks(): T[] {
    return [...this.#tasks.values()]
  }

  find(uid: string): T | undefined {
    return this.#tasks.get(uid)
  }

  takes(uid: string): boolean {
    return !this.#tasks.has(uid)
  }

  put(task: T): void {
    this.#tasks.set(task.uid, task)
  }

  remove({ uid }: T): void {
    this.#tasks.delete(uid)
  }
}

/** Whether `uid` comes after `other`: as numbers are ordered that are written without leading zeros. */
export function isAfter(uid: string, other: string): boolean {
  return uid.length === other.length ? uid > other : uid.length > other.length
}
