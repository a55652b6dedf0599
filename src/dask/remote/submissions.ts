import type { TaskSpec } from '../../core/cluster.js'
import { ClusterError, TaskValidationError } from '../../core/errors.js'
import type { FilesCarried } from '../../core/files.js'
import { notSupported } from '../../core/not-supported.js'
import { pythonNameOf } from '../../core/python-function.js'
import { PythonGlobal } from '../protocol/python.js'
import { encodeCall, pythonCall, type TaskCall } from '../task-call.js'
import { RESOURCE } from '../worker-info.js'
import { EncodedFunctions } from './encoded-functions.js'
import { type GraphTask, type PythonFunctionCall, updateGraph } from './graph.js'
import type { RemoteTask } from './remote-task.js'
import type { SchedulerLink } from './scheduler-link.js'

interface Submitted {
  readonly task: RemoteTask
  readonly spec: TaskSpec
}

export interface SubmissionHooks {
  /** Which can never run. */
  failed(task: RemoteTask, error: unknown): void
  /** What it depends on was cancelled. */
  canceled(task: RemoteTask): void
}

// While one part of many tasks is written, others read and run the one before.
const PART = 1_000

/** What is on its way to the scheduler: the tasks of one turn go as one graph, or as few where they are many. */
export class Submissions {
  readonly #link: SchedulerLink
  readonly #topic: string
  readonly #hooks: SubmissionHooks
  readonly #functions = new EncodedFunctions()
  #submitted: Submitted[] = []

  /** @param topic where workers say what the tasks report */
  constructor(link: SchedulerLink, topic: string, hooks: SubmissionHooks) {
    this.#link = link
    this.#topic = topic
    this.#hooks = hooks
  }

  add(task: RemoteTask, spec: TaskSpec): void {
    if (this.#submitted.push({ task, spec }) === 1) queueMicrotask(() => this.flush())
  }

  /** Hands in what waits for the end of the turn. */
  flush(): void {
    const submitted = this.#submitted
    this.#submitted = []
    for (let at = 0; at < submitted.length; at += PART) this.#send(submitted.slice(at, at + PART), at)
  }

  #send(submitted: readonly Submitted[], first: number): void {
    const graph: GraphTask[] = []
    for (const { task, spec } of submitted) {
      // One that was released goes on for those that need it.
      if (!task.live && task.status !== 'released') continue
      if (task.dependencies.some(({ status }) => status === 'cancelled')) this.#hooks.canceled(task)
      else this.#addTo(graph, task, spec)
    }
    if (graph.length > 0) this.#handIn(graph, submitted, first)
  }

  #handIn(graph: readonly GraphTask[], submitted: readonly Submitted[], first: number): void {
    try {
      this.#link.send(...updateGraph(graph, this.#link.dialect, first))
      this.#link.flush()
    } catch (error) {
      for (const { task } of submitted) if (task.live) this.#hooks.failed(task, error)
    }
  }

  #addTo(graph: GraphTask[], task: RemoteTask, spec: TaskSpec): void {
    try {
      if (task.dependencies.some(({ status }) => status === 'erred')) throw new ClusterError('A task that it depends on failed')
      graph.push(this.#toGraphTask(task, spec))
    } catch (error) {
      this.#hooks.failed(task, error)
    }
  }

  /** @throws {TaskValidationError} naming what cannot go to another machine */
  #toGraphTask(task: RemoteTask, spec: TaskSpec): GraphTask {
    const { uid, resources } = spec
    if (task.dependencies.some(({ isActor }) => isActor))
      throw notSupported(`Task '${uid}': an actor as an argument, on a cluster that was connected to,`)
    const odd = Object.keys(resources ?? {}).find((key) => key.startsWith('__'))
    if (odd !== undefined)
      throw new TaskValidationError(`Task '${uid}': resources cannot be called '${odd}' on a Dask cluster`, { uid })
    const python = pythonNameOf(spec.function)
    return {
      key: task.key,
      call: ofTask(uid, () => (python === undefined ? this.#callOf(task, spec) : pythonCallOf(python, spec))),
      annotations: python === undefined ? annotationsOf(spec, JAVASCRIPT) : annotationsOf(spec),
      isActor: task.isActor,
    }
  }

  #callOf({ uid, name, dependencies, isActor }: RemoteTask, spec: TaskSpec): PythonFunctionCall {
    const { function: fn, args, inputs, timeout, files } = spec
    const about = { uid, name, inputs: keysOf(inputs), timeout, topic: this.#topic }
    const call = { ...about, args, ...(isActor && { actor: true }), ...(files && { files: files as FilesCarried }) }
    // What has ended and was not kept is not with the scheduler any more, and need not be.
    const needed = dependencies.filter(({ keeps, live }) => keeps || live)
    return encodeCall(
      this.#functions.of(fn),
      call,
      needed.map(({ key }) => key),
    )
  }
}

// Without it, the scheduler keeps tasks back that workers could have already.
const JAVASCRIPT = { [RESOURCE]: 1 }
// Of most tasks there is no more to say.
const PLAIN = { resources: JAVASCRIPT }

function annotationsOf(spec: TaskSpec, own?: typeof JAVASCRIPT): GraphTask['annotations'] {
  const { resources, workers, retries, priority, allowOtherWorkers } = spec
  if (own && !(resources || workers || retries || priority || allowOtherWorkers)) return PLAIN
  return {
    resources: own ? { ...own, ...resources } : resources,
    workers,
    allow_other_workers: allowOtherWorkers,
    retries,
    priority: priority === 0 ? undefined : priority,
  }
}

/** Says in what is refused which task it is. */
function ofTask<T>(uid: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof TaskValidationError) || error.uid !== undefined) throw error
    const { path } = error
    throw new TaskValidationError(`Task '${uid}': ${error.message}`, { uid, cause: error, ...(path !== undefined && { path }) })
  }
}

function pythonCallOf({ module, name }: { readonly module: string; readonly name: string }, spec: TaskSpec): PythonFunctionCall {
  return pythonCall(new PythonGlobal(module, name), spec.args, keysOf(spec.inputs))
}

function keysOf(inputs: TaskSpec['inputs'] = []): TaskCall['inputs'] {
  return inputs.map(({ task, path }) => {
    // Which one it is over there nobody could say.
    if (path.some((step) => typeof step === 'object' && step !== null))
      throw new TaskValidationError('A future under an object as the key of a Map cannot go to another machine', { path: 'args' })
    return [path, (task as RemoteTask).key]
  })
}
