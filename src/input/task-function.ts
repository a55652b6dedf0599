import { isAsyncFunction, isClass, isModuleFunction, refusalOf, scopedOf } from '../core/function-ref.js'
import type { TaskFunction } from '../core/task.js'

/** What is known of functions that can be shipped: looking at a source is slow, as is reading a name. */
interface Known {
  readonly name: string
  readonly isAsync: boolean
}

const known = new WeakMap<object, Known>()

/** What something is that cannot be run in a worker, as a sentence; `undefined` when it can. */
export function whyNoTask(fn: unknown): string | undefined {
  if (typeof fn === 'string' && fn !== '') return undefined
  if (isModuleFunction(fn)) return undefined
  if (typeof fn !== 'function') return `The task has no function: got ${kindOf(fn)}.`
  if (known.has(fn)) return undefined
  const shipped = scopedOf(fn as never)?.function ?? (fn as (...args: unknown[]) => unknown)
  const refusal = refusalOf(shipped)
  if (refusal !== undefined) return `'${ownName(shipped)}' cannot be shipped: ${refusal}`
  known.set(fn, { name: ownName(fn), isAsync: isAsyncFunction(shipped) })
  return undefined
}

/** The same, of a class whose object is to live in a worker. */
export function whyNoActor(type: unknown): string | undefined {
  if (typeof type !== 'function') return whyNoTask(type)
  return isClass(type as never) ? undefined : `'${ownName(type)}' is no class, as actors are.`
}

/** Whether it is async, as far as can be told: what is named may be. It can be run. */
function isAsync(fn: TaskFunction): boolean {
  return typeof fn !== 'function' || known.get(fn)?.isAsync !== false
}

/** Why it is no async function, as a sentence; `undefined` when it is one, as far as can be told. */
export function whyNotAsync(fn: unknown): string | undefined {
  return (
    whyNoTask(fn) ??
    (isAsync(fn as TaskFunction)
      ? undefined
      : `'${nameOf(fn as TaskFunction)}' is not async. (A build for less than ES2017 leaves no async functions: raise its target, or name a function that a worker exposes.)`)
  )
}

export function nameOf(fn: TaskFunction): string {
  if (typeof fn === 'function') return known.get(fn)?.name ?? ownName(fn)
  return typeof fn === 'string' ? fn : fn.export
}

// An anonymous function takes the name of the key it is written under.
function ownName({ name }: { readonly name: string }): string {
  return name === '' || name === 'function' ? 'lambda' : name
}

export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'number' ? String(value) : typeof value
}
