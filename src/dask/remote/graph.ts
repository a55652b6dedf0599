import { createId } from '../../core/ids.js'
import type { Dialect } from '../comm/dialect.js'
import { Serialized } from '../protocol/message.js'
import { writePickle } from '../protocol/pickle-writer.js'
import { PythonCall, PythonGlobal, PythonTuple } from '../protocol/python.js'

/** A task, as the scheduler is told of it. */
export interface GraphTask {
  readonly key: string
  readonly call: PythonFunctionCall
  readonly annotations: Annotations
  /** Its value stays where it is made, for others to call. */
  readonly isActor: boolean
}

/** Stands for the value of a task among the arguments of another. */
export class ValueOf {
  readonly key: string

  constructor(key: string) {
    this.key = key
  }
}

/** What a worker calls. A `ValueOf` is an argument, and not within one. */
export interface PythonFunctionCall {
  readonly function: PythonGlobal
  readonly args: readonly unknown[]
}

/** What Dask calls so: how a task is to be scheduled. */
interface Annotations {
  readonly resources?: Readonly<Record<string, number>> | undefined
  readonly workers?: readonly string[] | undefined
  readonly allow_other_workers?: boolean | undefined
  readonly retries?: number | undefined
  readonly priority?: number | undefined
}

/**
 * The messages that hand these in: one for each run of tasks that are annotated alike.
 *
 * `first`: how many were handed in before them with which they are one batch, and which are more urgent.
 */
export function updateGraph(tasks: readonly GraphTask[], dialect: Dialect, first = 0): readonly object[] {
  const messages: object[] = []
  let from = 0
  for (let to = 1; to <= tasks.length; to++) {
    if (to < tasks.length && isAlike(tasks[to], tasks[from])) continue
    messages.push(oneMessage(tasks.slice(from, to), dialect, first + from))
    from = to
  }
  return messages
}

function isAlike(one: GraphTask | undefined, other: GraphTask | undefined): boolean {
  if (one?.isActor !== other?.isActor) return false
  return one?.annotations === other?.annotations || JSON.stringify(one?.annotations) === JSON.stringify(other?.annotations)
}

function oneMessage(tasks: readonly GraphTask[], dialect: Dialect, first: number): object {
  const actors = tasks[0]?.isActor ? tasks.map(({ key }) => key) : null
  const priorities = byKey(tasks, (_, index) => first + index)
  return { ...COMMON, actors, ...(dialect.graphs === 'tasks' ? ofTasks(tasks, priorities) : ofGraph(tasks, priorities, dialect)) }
}

type Priorities = Readonly<Record<string, number>>

const COMMON = { op: 'update-graph', submitting_task: null, fifo_timeout: '60s' }

/** Before 2023.4: each task by itself, and its values pass through the scheduler as they are. */
function ofTasks(tasks: readonly GraphTask[], priority: Priorities): object {
  const { annotations } = tasks[0] as GraphTask
  // Tasks of JavaScript all call the same.
  const functions = new Map<PythonGlobal, Uint8Array>()
  const pickleOf = (fn: PythonGlobal) => {
    const pickle = functions.get(fn) ?? writePickle(fn)
    functions.set(fn, pickle)
    return pickle
  }
  const perKey = (value: unknown) => (value === undefined ? undefined : byKey(tasks, () => value))
  return {
    tasks: byKey(tasks, ({ call }) => ({
      function: pickleOf(call.function),
      // A text that is a key stands for its value.
      args: writePickle(new PythonTuple(call.args.map((arg) => (arg instanceof ValueOf ? arg.key : arg)))),
    })),
    dependencies: byKey(tasks, ({ call }) => call.args.flatMap((arg) => (arg instanceof ValueOf ? arg.key : []))),
    keys: tasks.map(({ key }) => key),
    priority,
    resources: perKey(annotations.resources),
    restrictions: perKey(annotations.workers),
    loose_restrictions: annotations.allow_other_workers ? tasks.map(({ key }) => key) : undefined,
    retries: perKey(annotations.retries),
    user_priority: annotations.priority ?? 0,
  }
}

/** From 2023.4 on: one pickle of all, which the scheduler reads. */
function ofGraph(tasks: readonly GraphTask[], priorities: Priorities, { graphs }: Dialect): object {
  const { annotations } = tasks[0] as GraphTask
  const graph = new Map(
    tasks.map(({ key, call }) => [
      key,
      new PythonCall(TASK, [
        key,
        call.function,
        ...call.args.map((arg) => (arg instanceof ValueOf ? new PythonCall(TASK_REF, [arg.key]) : arg)),
      ]),
    ]),
  )
  return {
    keys: new Set(tasks.map(({ key }) => key)),
    internal_priority: priorities,
    code: [],
    annotations,
    span_metadata: {},
    ...(graphs === 'graph' ? asGraph(graph) : asExpression(graph)),
  }
}

function asGraph(graph: ReadonlyMap<string, unknown>): object {
  const layers = new PythonCall(HIGH_LEVEL_GRAPH, [{ [LAYER]: graph }, { [LAYER]: new Set() }])
  return { graph_header: PICKLED, graph_frames: [writePickle(new PythonCall(TO_PICKLE, [layers]))] }
}

function asExpression(graph: ReadonlyMap<string, unknown>): object {
  // The token spares the scheduler a walk through all of it.
  const expression = new PythonCall(RECONSTRUCT, [LOW_LEVEL_GRAPH_EXPRESSION, graph, createId(LAYER), {}])
  return { expr_ser: new Serialized(PICKLED, [writePickle(expression)]) }
}

function byKey<T>(tasks: readonly GraphTask[], of: (task: GraphTask, index: number) => T): Record<string, T> {
  // Without a prototype it is a hash table from its first key on. Else it would have a new shape with each of a thousand.
  const record: Record<string, T> = Object.create(null)
  for (const [index, task] of tasks.entries()) record[task.key] = of(task, index)
  return record
}

const LAYER = 'daskflow'
const PICKLED = { serializer: 'pickle', writeable: [] }
const TASK = new PythonGlobal('dask._task_spec', 'Task')
const TASK_REF = new PythonGlobal('dask._task_spec', 'TaskRef')
const HIGH_LEVEL_GRAPH = new PythonGlobal('dask.highlevelgraph', 'HighLevelGraph')
const TO_PICKLE = new PythonGlobal('distributed.protocol.serialize', 'ToPickle')
const RECONSTRUCT = new PythonGlobal('dask._expr', 'Expr._reconstruct')
const LOW_LEVEL_GRAPH_EXPRESSION = new PythonGlobal('dask._expr', 'LLGExpr')
