import type { TaskRecord } from '../core/task.js'
import { CallArguments } from './arguments.js'
import type { BackendSet } from './backend-set.js'
import { Component } from './component.js'
import { type CallOptions, type Definition, withOptions } from './definition.js'
import type { Lifecycle } from './lifecycle.js'
import type { Scopes } from './scope.js'
import { TaskFuture } from './task-future.js'
import type { TaskCall } from './types.js'

export interface CallsSetUp {
  readonly scopes: Scopes
  readonly lifecycle: Lifecycle
  /** @throws {ClusterError} `ERR_NOT_STARTED` */
  backends(): BackendSet
}

/** What users call: tasks and blocks that were defined. Each call is counted. */
export class Calls {
  readonly #setUp: CallsSetUp
  #count = 0

  constructor(setUp: CallsSetUp) {
    this.#setUp = setUp
  }

  of(definition: Definition): TaskCall<unknown[], unknown> {
    const call = (...args: readonly unknown[]) => this.#call(definition, args)
    Object.defineProperty(call, 'name', { value: definition.name, configurable: true })
    return Object.assign(call, { with: (options: CallOptions) => this.of(withOptions(definition, options)) }) as never
  }

  /** Never throws: whatever is wrong with it fails its future. */
  #call(definition: Definition, given: readonly unknown[]): TaskFuture {
    const { scopes, lifecycle, backends } = this.#setUp
    const { kind, options } = definition
    const record = this.#recordOf(definition)
    const scope = scopes.current
    const workflowId = options.workflowId ?? scope?.workflowId
    if (workflowId !== undefined) record.workflowId = workflowId
    const [args, unreadable] = attempt(() => new CallArguments(given))
    const [backend, unknown] = attempt(() => (kind === 'block' ? undefined : backends().get(options.backend)))
    const input = { definition, args: args ?? new CallArguments([]) }
    const component = new Component(kind, record, input, { scope, backend })
    lifecycle.start(component, input, unreadable ?? unknown)
    return new TaskFuture(component, lifecycle)
  }

  #recordOf({ kind, name, body, options }: Definition): TaskRecord {
    const { captureStdio, service, taskDescription } = options
    return {
      uid: `${kind === 'block' ? 'block' : 'task'}.${String(++this.#count).padStart(6, '0')}`,
      name,
      ...(kind === 'function' && { function: body }),
      ...(captureStdio !== undefined && { captureStdio }),
      ...(service !== undefined && { isService: service }),
      ...(options.backend !== undefined && { targetBackend: options.backend }),
      ...(taskDescription !== undefined && { taskBackendSpecificKwargs: taskDescription }),
    }
  }
}

/** What a function answers, or throws. */
function attempt<T>(call: () => T): readonly [answer: T | undefined, thrown: { readonly error: unknown } | undefined] {
  try {
    return [call(), undefined]
  } catch (error) {
    return [undefined, { error }]
  }
}
