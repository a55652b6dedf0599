import type { DataCluster, TaskHandle, TaskSink } from '../core/cluster.js'
import { ClusterError, TaskCanceledError, TaskValidationError } from '../core/errors.js'
import { createId } from '../core/ids.js'
import { isTransferred, transferListOf } from '../core/transfer.js'
import { TaskSignals } from '../input/task-signals.js'
import { actorOf } from './actor.js'
import type { Future } from './future.js'
import { FutureState } from './future-state.js'
import { hashOf } from './pure-key.js'
import type { Submitted } from './submit-input.js'
import { toSpec } from './submitted-task.js'

/** The keys of a client that somebody still holds, and the tasks behind them. */
export class FutureTable {
  readonly #cluster: DataCluster
  readonly #id = createId('client')
  readonly #states = new Map<string, FutureState>()
  /** Of those that are to be shared: the key of each identity. */
  readonly #keys = new Map<string, string>()
  readonly #signals = new TaskSignals<FutureState>((states, reason) => void this.cancel(states, reason))
  #made = 0
  #closed = false

  constructor(cluster: DataCluster) {
    this.#cluster = cluster
  }

  states(): FutureState[] {
    return [...this.#states.values()]
  }

  /**
   * Submits what is not known by its key yet. All of it, or nothing.
   *
   * @throws {TaskValidationError} for a future of another cluster; {ClusterError} `ERR_QUEUE_FULL`, `ERR_CLOSED`
   */
  submit(submitted: readonly Submitted[]): FutureState[] {
    for (const { task } of submitted) for (const { state } of task.inputs) this.check(state)
    const fresh: FutureState[] = []
    const states = submitted.map((each) => {
      const key = this.#keyOf(each)
      const known = this.#states.get(key)
      if (known !== undefined) return known
      const state = new FutureState(key, this.#cluster, each.task, each.identity)
      this.#states.set(key, state)
      fresh.push(state)
      return state
    })
    try {
      const { room } = this.#cluster
      if (fresh.length > room) throw queueFull(fresh.length, room)
      this.#send(fresh)
    } catch (error) {
      for (const state of fresh) this.#forget(state)
      throw error
    }
    // One whose key was known has a signal of its own, too.
    submitted.forEach(({ task: { signal } }, i) => {
      const state = states[i] as FutureState
      if (signal !== undefined && state.task?.signal !== signal) this.#signals.watch(signal, [state])
    })
    return states
  }

  /** @throws {TaskValidationError} for a future of another cluster */
  check(state: FutureState): FutureState {
    if (state.cluster === this.#cluster) return state
    const message = `Future '${state.key}' is of another cluster: await its result, and hand that in`
    throw new TaskValidationError(message, { uid: state.key })
  }

  /** Hands tasks to the cluster: for the first time, or again. */
  #send(states: readonly FutureState[]): void {
    const possible = states.filter((state) => {
      const canceled = state.task?.inputs.find((input) => input.state.status === 'cancelled')
      if (canceled !== undefined) state.settle('cancelled', canceledError(state))
      return canceled === undefined
    })
    if (possible.length === 0) return
    const specs = possible.flatMap((state) => (state.task === undefined ? [] : [toSpec(state.task, state)]))
    const { handles } = this.#cluster.submitBatch(specs, this.#sink)
    for (const handle of handles) (handle.owner as FutureState).handle = handle
    for (const state of possible) if (state.task?.signal !== undefined) this.#signals.watch(state.task.signal, [state])
  }

  async scatter(data: unknown, broadcast: boolean): Promise<FutureState> {
    const marked = isTransferred(data)
    const state = new FutureState(this.#newKey('data'), this.#cluster)
    state.handle = await this.#cluster.scatter(
      {
        uid: state.key,
        name: 'data',
        value: marked ? data.value : data,
        transfer: marked ? transferListOf(data) : undefined,
        broadcast,
        owner: state,
      },
      this.#sink,
    )
    if (this.#closed) {
      this.#cluster.release([state.handle])
      throw new ClusterError('The client was closed while it scattered', { code: 'ERR_CLOSED' })
    }
    state.settle('finished')
    this.#states.set(state.key, state)
    return state
  }

  /** Copies a value here; of an actor, makes what calls it. @throws what its task failed with */
  async fetch(future: Future, { status, error, handle, task }: FutureState): Promise<unknown> {
    if (status !== 'finished' || handle === undefined) throw error
    return task?.keep === 'actor' ? actorOf(future, this.#cluster) : this.#cluster.fetch(handle)
  }

  async cancel(states: readonly FutureState[], reason?: unknown): Promise<void> {
    const live = states.filter(({ status }) => status === 'pending').flatMap(({ handle }) => handle ?? [])
    await this.#cluster.cancel(live, reason)
    const finished = states.filter(({ status }) => status === 'finished')
    for (const state of finished) state.settle('cancelled', canceledError(state))
    this.#cluster.release(finished.flatMap(({ handle }) => handle ?? []))
  }

  /**
   * Runs those again that did not succeed, and what they need that did not.
   *
   * @throws {TaskValidationError} for what cannot be run again; then nothing is
   */
  retry(states: readonly FutureState[]): void {
    const again = inOrder(states.filter(didNotSucceed))
    const lost = again.find(({ task }) => task === undefined || task.transfer !== undefined)
    if (lost !== undefined) {
      throw new TaskValidationError(`'${lost.key}' cannot be run again: what it was made of is not here any more`, {
        uid: lost.key,
      })
    }
    for (const state of again) this.#sendAgain(state)
    // Nobody holds these any more: they are for those that need them.
    this.#cluster.release(again.flatMap(({ holders, handle }) => (holders === 0 && handle) || []))
  }

  #sendAgain(state: FutureState): void {
    const { status, error } = state
    state.restart()
    try {
      this.#send([state])
    } catch (refusal) {
      if (status !== 'pending') state.settle(status, error)
      throw refusal
    }
  }

  /** Cancels what is pending, and drops all values. */
  async close(): Promise<void> {
    this.#closed = true
    const states = this.states()
    await this.cancel(states)
    for (const state of states) this.#forget(state)
  }

  /** The last future of a key is gone. One that nobody released, but the program forgot, is at least computed. */
  drop(state: FutureState, { forgotten }: { readonly forgotten: boolean }): void {
    if (forgotten && state.status === 'pending') {
      // By then somebody may hold it again.
      state.onSettled(() => state.holders === 0 && this.drop(state, { forgotten }))
      return
    }
    this.#forget(state)
    if (state.handle !== undefined) this.#cluster.release([state.handle])
  }

  /** For each, the workers where its value lies. */
  async whoHas(states: readonly FutureState[]): Promise<readonly (readonly string[])[]> {
    const handles = states.flatMap(({ handle }) => handle ?? [])
    const holders = (await this.#cluster.whoHas(handles)).values()
    return states.map(({ handle }) => (handle === undefined ? [] : (holders.next().value ?? [])))
  }

  #forget(state: FutureState): void {
    if (this.#states.get(state.key) === state) this.#states.delete(state.key)
    if (state.identity !== undefined) this.#keys.delete(state.identity)
  }

  #keyOf({ key, identity, task: { name } }: Submitted): string {
    if (key !== undefined) return key
    if (identity === undefined) return this.#newKey(name)
    const known = this.#keys.get(identity)
    if (known !== undefined) return known
    const made = `${name}-${hashOf(identity)}`
    // Two identities may have one hash.
    const free = this.#states.has(made) ? this.#newKey(name) : made
    this.#keys.set(identity, free)
    return free
  }

  #newKey(name: string): string {
    return `${name}-${this.#id}-${this.#made++}`
  }

  readonly #sink: TaskSink = {
    running: () => {},
    done: () => {},
    kept: (handle) => stateOf(handle)?.settle('finished'),
    failed: (handle, error) => stateOf(handle)?.settle('error', error),
    dependencyFailed: (handle, { error }) => stateOf(handle)?.settle('error', error),
    canceled: (handle, reason) => {
      const state = stateOf(handle)
      state?.settle('cancelled', canceledError(state, reason))
    },
    lost: (handle, error) => {
      stateOf(handle)?.settle('lost', error)
    },
    progress: (handle, progress) => stateOf(handle)?.progress(progress),
    log: () => {},
  }
}

function didNotSucceed({ status }: FutureState): boolean {
  return status === 'error' || status === 'cancelled' || status === 'lost'
}

/** Those, and what they need that did not succeed either: what is needed first. */
function inOrder(states: readonly FutureState[]): FutureState[] {
  const ordered = new Set<FutureState>()
  const todo = [...states].reverse().map((state) => ({ state, isReady: false }))
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { state, isReady } = next
    if (ordered.has(state)) continue
    if (isReady) {
      ordered.add(state)
      continue
    }
    todo.push({ state, isReady: true })
    for (const input of state.task?.inputs ?? [])
      if (didNotSucceed(input.state)) todo.push({ state: input.state, isReady: false })
  }
  return [...ordered]
}

/** One that was submitted again is another task now. */
function stateOf(handle: TaskHandle): FutureState | undefined {
  const state = handle.owner as FutureState
  return state.handle === handle ? state : undefined
}

function canceledError({ key }: FutureState, cause?: unknown): TaskCanceledError {
  return new TaskCanceledError(`Task '${key}' was cancelled`, { uid: key, ...(cause !== undefined && { cause }) })
}

function queueFull(count: number, room: number): ClusterError {
  const message = `There is room for ${Math.max(0, room)} more task(s) of maxQueue, not for ${count}. Wait for some to be done.`
  return new ClusterError(message, { code: 'ERR_QUEUE_FULL' })
}
