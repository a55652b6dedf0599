/** What can be kept. */
interface Keepable {
  readonly uid: string
  readonly ended: boolean
}

/** Tasks by uid, those that have ended among them. */
export interface Shelf<T extends Keepable> {
  readonly size: number
  /** Whether it takes tasks in any order. */
  readonly takesAny: boolean
  tasks(): Iterable<T>
  /** Whether a task of that uid is certainly not there. */
  lacks(uid: string): boolean
  find(uid: string): T | undefined
  /** In the place of one that has ended, where there is one of its uid. */
  put(task: T): void
}

/**
 * Tasks whose uids come in order, as those that are counted do. They need no index: what comes last cannot be there yet,
 * and what is there is found by halves. Of what a task costs, an index by uid would be a sixth.
 */
export class SortedShelf<T extends Keepable> implements Shelf<T> {
  readonly takesAny = false
  readonly #tasks: T[]

  constructor(tasks: T[] = []) {
    this.#tasks = tasks
  }

  get size(): number {
    return this.#tasks.length
  }

  tasks(): readonly T[] {
    return this.#tasks
  }

  lacks(uid: string): boolean {
    const last = this.#tasks.at(-1)
    return last === undefined || isAfter(uid, last.uid)
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
    return found?.uid === uid ? found : undefined
  }

  /** It MUST lack the uid. */
  put(task: T): void {
    this.#tasks.push(task)
  }
}

/** Tasks whose uids come in any order. */
export class UnsortedShelf<T extends Keepable> implements Shelf<T> {
  readonly takesAny = true
  readonly #tasks: Map<string, T>

  constructor(tasks: readonly T[]) {
    this.#tasks = new Map(tasks.map((task) => [task.uid, task]))
  }

  get size(): number {
    return this.#tasks.size
  }

  tasks(): Iterable<T> {
    return this.#tasks.values()
  }

  lacks(): boolean {
    return false
  }

  find(uid: string): T | undefined {
    return this.#tasks.get(uid)
  }

  put(task: T): void {
    this.#tasks.set(task.uid, task)
  }
}

/** Whether `uid` comes after `other`: as numbers are ordered that are written without leading zeros. */
export function isAfter(uid: string, other: string): boolean {
  return uid.length === other.length ? uid > other : uid.length > other.length
}
