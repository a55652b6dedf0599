import { isAsyncFunction, isModuleFunction, scopedOf } from '../core/function-ref.js'
import { isRecord } from '../core/record.js'
import type { TaskFunction } from '../core/task.js'
import { type Check, checkKeys, configurationError, isName } from '../input/check-keys.js'
import { kindOf, nameOf } from '../input/task-function.js'
import { isFlag } from '../input/task-options.js'
import type { Kind } from './component.js'

/** What is said of a block where it is defined. */
export interface BlockOptions {
  /** For people, and for errors. Default: the function's name, else `lambda`. */
  readonly name?: string | undefined
}

/** What is said of a task where it is defined. */
export interface DefinitionOptions extends BlockOptions {
  /** The name of the backend that runs it. Default: the engine's first. */
  readonly backend?: string | undefined
  /** Whether an executable writes to files, whose path is then the result. Default false. */
  readonly captureStdio?: boolean | undefined
  /** Whether it is a service: for backends that know the word. Default false. */
  readonly service?: boolean | undefined
  /** What the backend is told of it: `taskBackendSpecificKwargs`. */
  readonly taskDescription?: Readonly<Record<string, unknown>> | undefined
}

/** What may be said where it is called; it wins over what was said before. */
export interface CallOptions extends DefinitionOptions {
  /** Groups it, in place of the scope's. */
  readonly workflowId?: string | undefined
}

/** A body and what was said of it. */
export interface Definition {
  readonly kind: Kind
  readonly name: string
  readonly body: TaskFunction
  readonly options: CallOptions
}

const BLOCK_CHECKS: Readonly<Record<string, Check>> = { name: isName, workflowId: isName }

// Those that mean something to a block would do so to what it calls: they are said there.
const TASK_CHECKS: Readonly<Record<keyof CallOptions, Check>> = {
  name: isName,
  backend: isName,
  captureStdio: isFlag,
  service: isFlag,
  taskDescription: (value) => (isRecord(value) ? undefined : 'must be a plain record'),
  workflowId: isName,
}

/**
 * What a user defines.
 *
 * @throws {TypeError} with `code` `ERR_RESOURCES` for a body that is no async function, and for bad options
 */
export function define(kind: Kind, given: readonly unknown[]): Definition {
  const [options, body] = given.length > 1 || isOptions(given[0]) ? given : [{}, given[0]]
  const checked = checkCallOptions(kind, options)
  checkBody(kind, body, checked.name)
  return { kind, name: checked.name ?? nameOf(body), body, options: checked }
}

/** The same, with more said of it. @throws {TypeError} */
export function withOptions(definition: Definition, options: CallOptions): Definition {
  const { taskDescription, ...rest } = checkCallOptions(definition.kind, options)
  const merged = { ...definition.options.taskDescription, ...taskDescription }
  return {
    ...definition,
    name: rest.name ?? definition.name,
    options: { ...definition.options, ...rest, taskDescription: merged },
  }
}

function isOptions(value: unknown): boolean {
  return isRecord(value) && !isModuleFunction(value)
}

function checkCallOptions(kind: Kind, options: unknown): CallOptions {
  if (!isRecord(options)) throw configurationError(`options must be a plain record, got ${kindOf(options)}`)
  const { service } = options
  if (service !== undefined && typeof service !== 'boolean') {
    throw configurationError(`'service' must be a boolean, got ${kindOf(service)}`)
  }
  checkKeys(options, { what: 'options', checks: kind === 'block' ? BLOCK_CHECKS : TASK_CHECKS, later: [] })
  return options
}

function checkBody(kind: Kind, body: unknown, given: string | undefined): asserts body is TaskFunction {
  const isReference = kind === 'function' && ((typeof body === 'string' && body !== '') || isModuleFunction(body))
  if (isReference) return
  if (typeof body !== 'function') throw configurationError(`Expected a callable function, got ${kindOf(body)}`)
  if (isAsyncFunction(scopedOf(body as never)?.function ?? (body as never))) return
  const name = given ?? nameOf(body as TaskFunction)
  throw configurationError(
    `Error in decorated function '${name}': Function ${name} must be async. For sync functions, wrap them in async function.`,
  )
}
