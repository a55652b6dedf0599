import { ValueError } from './errors.js'

/** The states of a task that a backend reports, spelled as AsyncFlow spells them. */
export const TaskStates = Object.freeze({
  /** It was given to a worker. */
  RUNNING: 'RUNNING',
  /** It ended, and its result is there. */
  DONE: 'DONE',
  /** It ended, or could not run, and its error is there. */
  FAILED: 'FAILED',
  /** It was cancelled, waiting or running. */
  CANCELED: 'CANCELED',
} as const)

/** One of the states. */
export type TaskState = keyof typeof TaskStates

/** What a backend calls its states; keys are the lower-case names of `TaskStates`. */
export interface BackendStates {
  /** Its word for `RUNNING`. */
  readonly running: unknown
  /** Its word for `DONE`. */
  readonly done: unknown
  /** Its word for `FAILED`. */
  readonly failed: unknown
  /** Its word for `CANCELED`. */
  readonly canceled: unknown
}

/** The live tasks of a backend: uid to state, which is `undefined` while the task waits. */
export interface LiveStates extends Iterable<readonly [uid: string, state: TaskState | undefined]> {
  readonly size: number
  get(uid: string): TaskState | undefined
  has(uid: string): boolean
}

type BackendKey = string | object

const MAIN_STATES = Object.keys(TaskStates) as readonly TaskState[]
const DEFAULTS: BackendStates = { running: 'RUNNING', done: 'DONE', failed: 'FAILED', canceled: 'CANCELED' }
const NO_TASKS: LiveStates = new Map<string, TaskState>()

/**
 * Translates between the main states and a backend's own words for them, and shows the backend's live tasks.
 *
 * @example
 * StateMapper.registerBackendStates('slurm', { running: 'R', done: 'CD', failed: 'F', canceled: 'CA' })
 * new StateMapper('slurm').toMainState('CD') // 'DONE'
 */
export class StateMapper implements LiveStates {
  /** The word of the backend for `RUNNING`. */
  declare readonly RUNNING: unknown
  /** The word of the backend for `DONE`. */
  declare readonly DONE: unknown
  /** The word of the backend for `FAILED`. */
  declare readonly FAILED: unknown
  /** The word of the backend for `CANCELED`. */
  declare readonly CANCELED: unknown

  readonly #states: ReadonlyMap<TaskState, unknown>
  readonly #tasks: LiveStates

  /** @throws {ValueError} when no states were registered for `backend`. */
  constructor(backend: BackendKey, tasks: LiveStates = NO_TASKS) {
    const states = typeof backend === 'string' ? byName.get(backend.toLowerCase()) : byObject.get(backend)
    if (states === undefined) {
      const available = [...byName.keys()].map((name) => `'${name}'`).join(', ')
      throw new ValueError(`Backend '${labelOf(backend)}' not registered. Available backends: [${available}]`)
    }
    this.#states = states
    this.#tasks = tasks
    for (const [state, value] of states) Object.defineProperty(this, state, { value, enumerable: true })
    // A misspelt state must not travel on as `undefined`; only a proxy can answer for names that do not exist.
    // biome-ignore lint/correctness/noConstructorReturn: see above
    return new Proxy(this, { get: getKnown })
  }

  /** Associates a backend, by name or by itself, with its words for the states. The registry keeps no backend alive. */
  static registerBackendStates(backend: BackendKey, states: BackendStates): void {
    const unknown = Object.keys(states).filter((key) => !isTaskState(key.toUpperCase()))
    const missing = MAIN_STATES.filter((state) => !Object.hasOwn(states, state.toLowerCase()))
    if (unknown.length > 0 || missing.length > 0) {
      const wrong = [...unknown.map((key) => `unknown '${key}'`), ...missing.map((key) => `missing '${key.toLowerCase()}'`)]
      throw new ValueError(`States of backend '${labelOf(backend)}': ${wrong.join(', ')}`)
    }
    const words = new Map(MAIN_STATES.map((state) => [state, states[state.toLowerCase() as keyof BackendStates]] as const))
    if (typeof backend === 'string') byName.set(backend.toLowerCase(), words)
    else byObject.set(backend, words)
  }

  /** Registers a backend whose words are the main states themselves. */
  static registerBackendStatesWithDefaults(backend: BackendKey): void {
    StateMapper.registerBackendStates(backend, DEFAULTS)
  }

  /** @throws {ValueError} when the backend has no such state. */
  toMainState(backendState: unknown): TaskState {
    for (const [state, word] of this.#states) if (word === backendState) return state
    throw new ValueError(`Unknown backend state: ${String(backendState)}`)
  }

  /** @throws {ValueError} when `mainState` is none of `TaskStates`. */
  getBackendState(mainState: TaskState): unknown {
    if (!isTaskState(mainState)) throw noSuchState(String(mainState))
    return this.#states.get(mainState)
  }

  /** The backend's words for DONE, FAILED and CANCELED. */
  get terminalStates(): readonly unknown[] {
    return [this.#states.get('DONE'), this.#states.get('FAILED'), this.#states.get('CANCELED')]
  }

  /** The state of a live task; `undefined` while it waits, and for a task that is finished or unknown. */
  get(uid: string): TaskState | undefined {
    return this.#tasks.get(uid)
  }

  /** Whether the task was submitted and is not finished. */
  has(uid: string): boolean {
    return this.#tasks.has(uid)
  }

  /** How many tasks are live. */
  get size(): number {
    return this.#tasks.size
  }

  /** The live tasks: uid and state. */
  [Symbol.iterator](): Iterator<readonly [string, TaskState | undefined]> {
    return this.#tasks[Symbol.iterator]()
  }
}

const byName = new Map<string, ReadonlyMap<TaskState, unknown>>()
const byObject = new WeakMap<object, ReadonlyMap<TaskState, unknown>>()

function labelOf(backend: BackendKey): string {
  if (typeof backend === 'string') return backend
  const named = typeof backend === 'function' ? backend : backend.constructor
  return named?.name.toLowerCase() ?? 'object'
}

function isTaskState(value: unknown): value is TaskState {
  return typeof value === 'string' && Object.hasOwn(TaskStates, value)
}

function noSuchState(name: string): ValueError {
  return new ValueError(`'StateMapper' has no state '${name}'`)
}

// What looks like a state. Other names are asked for by `await`, JSON.stringify and test frameworks of any object, and
// those expect `undefined`.
const STATE_LIKE = /^[A-Z][A-Z_]*$/

function getKnown(mapper: StateMapper, key: string | symbol): unknown {
  // With the target as receiver, since private fields do not see through a proxy.
  const value = Reflect.get(mapper, key, mapper)
  if (typeof value === 'function' && !Object.hasOwn(mapper, key)) return value.bind(mapper)
  if (value === undefined && typeof key === 'string' && STATE_LIKE.test(key) && !(key in mapper)) throw noSuchState(key)
  return value
}
