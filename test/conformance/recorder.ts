import type { Backend, TaskRecord, TaskState } from './case.js'

const TERMINAL = new Set<string>(['DONE', 'FAILED', 'CANCELED'])

/** Writes down what a backend reports, and lets a case wait for it. */
export class Recorder {
  /** In order: `uid STATE`. */
  readonly events: string[] = []
  readonly #states = new Map<string, string[]>()
  readonly #ended = new Set<string>()
  #waiting: { readonly met: () => boolean; readonly resolve: () => void }[] = []
  /** Stops listening. */
  readonly stop: () => void

  constructor(backend: Pick<Backend, 'registerCallback'>) {
    this.stop = backend.registerCallback((task, state) => {
      this.#states.set(task.uid, [...this.statesOf(task.uid), state])
      if (TERMINAL.has(state)) this.#ended.add(task.uid)
      this.note(`${task.uid} ${state}`)
    })
  }

  note(event: string): void {
    this.events.push(event)
    this.#waiting = this.#waiting.filter(({ met, resolve }) => {
      if (!met()) return true
      resolve()
      return false
    })
  }

  /** Resolves when the condition holds after some event. */
  until(met: () => boolean): Promise<void> {
    if (met()) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ met, resolve }))
  }

  reached(uid: string, state: TaskState): Promise<void> {
    return this.until(() => this.statesOf(uid).includes(state))
  }

  /** Resolves when each of these has ended. */
  ended(uids: readonly string[]): Promise<void> {
    return this.until(() => uids.every((uid) => this.#ended.has(uid)))
  }

  statesOf(uid: string): readonly string[] {
    return this.#states.get(uid) ?? []
  }
}

/** What is needed of a backend to run tasks, whatever its kind. */
type Runs = Pick<Backend, 'registerCallback' | 'submitTasks'>

/** Submits tasks and waits until each has ended. */
export async function runTasks(backend: Runs, tasks: readonly TaskRecord[]): Promise<Recorder> {
  const recorder = new Recorder(backend)
  await backend.submitTasks(tasks)
  await recorder.ended(tasks.map((task) => task.uid))
  recorder.stop()
  return recorder
}

let count = 0

/** Runs one function to its end and answers the record. */
export async function runOne(backend: Runs, fn: TaskRecord['function'], ...args: unknown[]): Promise<TaskRecord> {
  const task: TaskRecord = { uid: `one.${count++}`, function: fn, args }
  await runTasks(backend, [task])
  return task
}

/** What a task threw; fails when it did not. */
export function exceptionOf<E = Error & { code?: unknown }>(task: TaskRecord): E {
  if (task.state !== 'FAILED') throw new Error(`${task.uid} ended ${task.state}, not FAILED: ${String(task.returnValue)}`)
  return task.exception as E
}

/** The error with which a promise rejects, or a function throws; fails when neither does. */
export async function errorOf<E = Error & { code?: unknown }>(action: Promise<unknown> | (() => unknown)): Promise<E> {
  try {
    await (typeof action === 'function' ? action() : action)
  } catch (error) {
    return error as E
  }
  throw new Error('it did not fail')
}

/** Tasks of one function: `task.0`, `task.1` and so on. */
export function tasksOf(n: number, fn: TaskRecord['function'], args: unknown[] = []): TaskRecord[] {
  return Array.from({ length: n }, (_, i) => ({ uid: `task.${i}`, function: fn, args }))
}

export const sleep = async (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
