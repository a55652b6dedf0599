import { ClusterError, TaskValidationError, ValueError } from '../core/errors.js'
import { isModuleFunction, type ModuleFunction, scopedOf } from '../core/function-ref.js'
import type { Runtime } from '../core/runtime.js'
import type { TaskFunction, TaskRecord } from '../core/task.js'
import { isTransferred } from '../core/transfer.js'
import { whyNotAsync } from '../input/task-function.js'
import { callAsTask } from './current-task.js'
import type { Work, Workshop } from './work.js'

type Callable = Exclude<TaskFunction, string | ModuleFunction>

/** Calls a function on this thread, by reference. @throws what is to be the record's `exception` */
export function functionWork({ uid, function: fn, args, kwargs }: TaskRecord, { runtime, functions = {} }: Workshop): Work {
  const named = typeof fn === 'string' && Object.hasOwn(functions, fn) ? functions[fn] : undefined
  const why = typeof fn === 'string' && fn !== '' ? named === undefined && whyNoName(fn, functions) : whyNotAsync(fn)
  if (why) throw new ValueError(`ConcurrentExecutionBackend only supports async functions. ${why}`, { uid })
  const given = kwargs && Object.keys(kwargs).length > 0 ? [...(args ?? []), kwargs] : [...(args ?? [])]
  return {
    stops: false,
    async run(context) {
      const call = isModuleFunction(fn) ? await imported(fn, uid, runtime) : (named ?? callableOf(fn as Callable))
      const value: unknown = await callAsTask(runtime, context, call, ...given.map(unmarked))
      return value === undefined ? {} : { returnValue: unmarked(value) }
    },
  }
}

function whyNoName(name: string, functions: object): string {
  const known = Object.keys(functions)
  if (known.length > 0) return `There is no '${name}' among its functions: ${known.join(', ')}.`
  return `'${name}' is a name: give the backend the option \`functions\`, or submit the function itself.`
}

// The function inside: what its scope holds it sees where it was written.
function callableOf(fn: Callable): Callable {
  return scopedOf(fn)?.function ?? fn
}

// Nothing is moved on one thread.
function unmarked(value: unknown): unknown {
  return isTransferred(value) ? value.value : value
}

async function imported({ module, export: name }: ModuleFunction, uid: string, runtime: Runtime): Promise<Callable> {
  const fn = (await namespaceOf(module, uid, runtime))[name]
  if (typeof fn === 'function') return fn as Callable
  throw new TaskValidationError(`Task '${uid}': '${module}' exports no function '${name}'`, { uid })
}

async function namespaceOf(
  module: string,
  uid: string,
  { name, importModule }: Runtime,
): ReturnType<NonNullable<typeof importModule>> {
  if (importModule === undefined) {
    const message = `Task '${uid}': '${module}' cannot be imported in runtime '${name}'. Import it and submit the function itself.`
    throw new ClusterError(message, { uid, code: 'ERR_NOT_SUPPORTED' })
  }
  try {
    return await importModule(module)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TaskValidationError(`Task '${uid}': '${module}' could not be imported: ${why}`, { uid, cause })
  }
}
