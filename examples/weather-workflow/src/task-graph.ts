import type { TelemetryEvent } from 'daskflow'

export type NodeState = 'pending' | 'running' | 'done' | 'failed' | 'cancelled'

/** A task, as the page sees it. */
export interface TaskNode {
  readonly id: string
  readonly name: string
  readonly dependencies: readonly TaskNode[]
  readonly state: NodeState
  /** How long it ran, once it is done. */
  readonly seconds?: number
  /** Why it failed; not of one that failed only because of another. */
  readonly error?: string
}

type Changing<T> = { -readonly [K in keyof T]: T[K] }

const STATES: Readonly<Record<string, NodeState>> = {
  TaskStarted: 'running',
  TaskCompleted: 'done',
  TaskFailed: 'failed',
  TaskCanceled: 'cancelled',
}

/** The tasks of a workflow and what they wait for, known from the events of its engine alone. */
export class TaskGraph {
  readonly #nodes = new Map<string, Changing<TaskNode>>()

  /** In the order of their calls: none comes before what it waits for. */
  get nodes(): readonly TaskNode[] {
    return [...this.#nodes.values()]
  }

  /** Whether no task can change any more. */
  get hasEnded(): boolean {
    return this.count('pending') + this.count('running') === 0
  }

  get isRunning(): boolean {
    return this.count('running') + this.count('done') > 0 && !this.hasEnded
  }

  /** How many tasks are in a state. */
  count(state: NodeState): number {
    return this.nodes.filter((node) => node.state === state).length
  }

  /** Learns from an event. Answers the task whose state it changed; one that is new was not changed. */
  hear({ eventType, taskId, attributes }: TelemetryEvent): TaskNode | undefined {
    if (taskId === undefined) return undefined
    if (eventType === 'TaskCreated') this.#add(taskId, attributes)
    const node = this.#nodes.get(taskId)
    const state = STATES[eventType]
    if (node === undefined || state === undefined) return undefined
    node.state = state
    if (state === 'done') node.seconds = attributes.duration_seconds
    if (state === 'failed' && attributes.error_type !== 'DependencyFailureError') node.error = attributes.error
    return node
  }

  #add(id: string, { name = id, depends_on = [] }: TelemetryEvent['attributes']): void {
    // A promise may be waited for, too: that is no task, and not drawn.
    const dependencies = depends_on.flatMap((id) => this.#nodes.get(id) ?? [])
    this.#nodes.set(id, { id, name, dependencies, state: 'pending' })
  }
}
