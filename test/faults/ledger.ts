import type { Backend, TaskRecord, TaskState } from '../conformance/case.js'

/** How a task is to end. */
export interface Expected {
  readonly record: TaskRecord
  /** The states in which it may end. */
  readonly ends: readonly TaskState[]
  /** What it answers when it is DONE. */
  readonly result?: unknown
}

interface Entry extends Expected {
  readonly states: TaskState[]
  /** When what should end it happened. */
  struckAt: number | undefined
  endedAt: number | undefined
}

export interface Figures {
  readonly faults: number
  readonly tasks: number
  readonly lost: number
  readonly doubled: number
  /** Milliseconds from what should end a task, or a loop, to its end, at most. */
  readonly longestMs: number
}

/** The books of a fault: which tasks were submitted, and how each ended. */
export class Ledger {
  readonly #entries = new Map<TaskRecord, Entry>()
  /** Those that ended well a while ago: nothing more must come of them. */
  readonly #forgotten = new WeakSet<TaskRecord>()
  #late = 0
  #left = 0
  #faults = 0
  #longestMs = 0
  #waiting: (() => void)[] = []

  watch(backend: Pick<Backend, 'registerCallback'>): void {
    backend.registerCallback((record, state) => {
      const entry = this.#entries.get(record)
      if (this.#forgotten.has(record)) this.#late++
      if (entry === undefined) return
      entry.states.push(state)
      if (state === 'RUNNING' || entry.endedAt !== undefined) return
      entry.endedAt = performance.now()
      if (entry.struckAt !== undefined) this.took(entry.endedAt - entry.struckAt)
      if (--this.#left === 0) for (const go of this.#waiting.splice(0)) go()
    })
  }

  /** To be called before they are submitted. Answers their records. */
  expect(tasks: readonly Expected[]): TaskRecord[] {
    for (const task of tasks) this.#entries.set(task.record, { ...task, states: [], struckAt: undefined, endedAt: undefined })
    this.#left += tasks.length
    return tasks.map(({ record }) => record)
  }

  /** A fault happens now; `records` are to end of it. */
  strike(...records: readonly TaskRecord[]): void {
    this.#faults++
    for (const record of records) {
      const entry = this.#entries.get(record)
      if (entry !== undefined) entry.struckAt ??= performance.now()
    }
  }

  /** Something that had to happen took so long. */
  took(ms: number): void {
    this.#longestMs = Math.max(this.#longestMs, ms)
  }

  /** Resolves when each has ended, at the latest after so many milliseconds. */
  async settled(ms: number): Promise<void> {
    if (this.#left === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#waiting.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** What did not go as it must, in words. */
  wrongs(): readonly string[] {
    const late = this.#late > 0 ? [`${this.#late} states came of tasks that had ended`] : []
    return [...late, ...[...this.#entries.values()].flatMap((entry) => wrongOf(entry) ?? [])]
  }

  get figures(): Figures {
    const entries = [...this.#entries.values()]
    return {
      faults: this.#faults,
      tasks: entries.length,
      lost: entries.filter(({ endedAt }) => endedAt === undefined).length,
      doubled: this.#late + entries.filter(({ states }) => states.filter(isEnd).length > 1).length,
      longestMs: Math.round(this.#longestMs),
    }
  }

  /** Forgets those that have ended well: a long run has many. */
  forgetEnded(): Figures {
    const { figures } = this
    for (const [record, entry] of this.#entries) {
      if (entry.endedAt === undefined || wrongOf(entry) !== undefined) continue
      this.#entries.delete(record)
      this.#forgotten.add(record)
    }
    this.#faults = this.#longestMs = 0
    return { ...figures, tasks: figures.tasks - this.#entries.size }
  }
}

function isEnd(state: TaskState): boolean {
  return state !== 'RUNNING'
}

function wrongOf({ record, states, ends, result }: Entry): string | undefined {
  const end = states.at(-1)
  if (end === undefined || !isEnd(end)) return `${record.uid} is lost: ${states.join(' ')}`
  const told = `${record.uid}: ${states.join(' ')}`
  if (states.length > 2 || (states.length === 2 && states[0] !== 'RUNNING')) return `${told}: more than one RUNNING and one end`
  if (!ends.includes(end)) return `${told}, not ${ends.join(' or ')}: ${String(record.exception)}`
  if (end === 'DONE' && result !== undefined && record.returnValue !== result)
    return `${told}: ${String(record.returnValue)}, not ${String(result)}`
  return undefined
}
