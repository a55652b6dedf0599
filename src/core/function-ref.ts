import { TaskValidationError } from './errors.js'

/** A function of a module, imported by each worker once. Made by `moduleFunction`. */
export interface ModuleFunction {
  /** An absolute URL or a bare specifier. */
  readonly module: string
  /** The name of its export. */
  readonly export: string
}

// biome-ignore lint/suspicious/noExplicitAny: a function of any arguments
type AnyFunction = (...args: any[]) => unknown

/** A function with the values that its source needs. Made by `withScope`. */
export interface Scoped {
  readonly function: AnyFunction
  readonly scope: Readonly<Record<string, unknown>>
}

const MODULE: unique symbol = Symbol.for('daskflow.module') as never
const WIRE: unique symbol = Symbol.for('daskflow.wire') as never
const SCOPED: unique symbol = Symbol.for('daskflow.scoped') as never

/**
 * Names a function of a module, to be imported in the worker.
 *
 * @param module an absolute URL, `new URL('./tasks.js', import.meta.url)`, or a bare specifier, `'pkg/tasks'`
 * @throws {TaskValidationError} for a relative path: a worker has another place to resolve it from
 */
export function moduleFunction(module: URL | string, exportName = 'default'): ModuleFunction {
  const specifier = typeof module === 'string' ? module : module?.href
  if (typeof specifier !== 'string' || specifier === '') {
    throw new TaskValidationError('moduleFunction(module, name): module must be a URL or a module specifier')
  }
  if (typeof exportName !== 'string' || exportName === '') {
    throw new TaskValidationError(`moduleFunction('${specifier}', name): name must be the name of an export`)
  }
  if (/^\.{0,2}\//.test(specifier)) {
    throw new TaskValidationError(
      `moduleFunction('${specifier}'): a path means something else in a worker. Pass new URL('${specifier}', import.meta.url)`,
    )
  }
  return Object.freeze({ module: specifier, export: exportName, [MODULE]: true })
}

/**
 * Gives an inline function what its source refers to and a worker does not have: clonable values, and functions, which
 * are shipped as source too and may refer to each other. Sent once per worker.
 *
 * @example
 * const scaled = withScope(async (n) => clamp(n * FACTOR), { clamp, FACTOR })
 * @throws {TaskValidationError} for a key that is no identifier, or a value that cannot be cloned
 */
export function withScope<F extends AnyFunction>(fn: F, scope: Readonly<Record<string, unknown>>): F {
  if (typeof fn !== 'function') throw new TaskValidationError('withScope(fn, scope): fn must be a function')
  const inner = scopedOf(fn)
  const shipped = inner?.function ?? fn
  const own = Object.entries(scope).map(([key, value]) => [key, shippable(key, value)])
  const call = (...args: unknown[]) => shipped(...args)
  Object.defineProperty(call, 'name', { value: shipped.name })
  Object.defineProperty(call, SCOPED, {
    value: { function: shipped, scope: { ...inner?.scope, ...Object.fromEntries(own) } } satisfies Scoped,
  })
  return call as F
}

/** A value of a scope, as it is now: a later change of the original is not seen. */
function shippable(key: string, value: unknown): unknown {
  const path = `scope.${key}`
  // The key becomes a variable in the worker's copy of the source.
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) || RESERVED.has(key)) {
    throw new TaskValidationError(`withScope: '${key}' cannot be the name of a variable`, { path })
  }
  if (typeof value === 'function') {
    const refusal = scopedOf(value as AnyFunction) === undefined ? refusalOf(value as AnyFunction) : 'it has a scope of its own.'
    if (refusal === undefined) return value
    throw new TaskValidationError(`withScope: ${path} cannot be shipped: ${refusal}`, { path })
  }
  try {
    return structuredClone(value)
  } catch (cause) {
    throw new TaskValidationError(`withScope: ${path} cannot be cloned. ${messageOf(cause)}`, { path, cause })
  }
}

const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public return ' +
    'static super switch this throw true try typeof var void while with yield __proto__'
  ).split(' '),
)

/** A function that came from another process, in the form in which workers are told of it. */
export function shippedFunction(wire: object): ModuleFunction {
  const known = SHIPPED.get(wire)
  if (known !== undefined) return known
  const made = Object.freeze({ module: '', export: '', [WIRE]: wire })
  SHIPPED.set(wire, made)
  return made
}

const SHIPPED = new WeakMap<object, ModuleFunction>()

/** What `shippedFunction` was given. */
export function wireOf(value: unknown): object | undefined {
  return typeof value === 'object' && value !== null ? (value as { readonly [WIRE]?: object })[WIRE] : undefined
}

export function isModuleFunction(value: unknown): value is ModuleFunction {
  return typeof value === 'object' && value !== null && (value as { [MODULE]?: unknown })[MODULE] === true
}

/** What `withScope` was given, for one of its functions. */
export function scopedOf(fn: AnyFunction): Scoped | undefined {
  return (fn as { [SCOPED]?: Scoped })[SCOPED]
}

/** Why the source of a function says nothing to a worker; `undefined` when it does. */
export function refusalOf(fn: AnyFunction): string | undefined {
  const source = sourceOf(fn)
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) {
    return 'it is a bound or native function, whose source JavaScript does not show. Wrap it in an async function.'
  }
  if (isClass(fn)) return 'it is a class.'
  const tag = tagOf(fn)
  if (tag === '[object AsyncGeneratorFunction]' || tag === '[object GeneratorFunction]') return 'it is a generator.'
  return undefined
}

export function isClass(fn: AnyFunction): boolean {
  return /^class\b/.test(sourceOf(fn))
}

/** Whether it is an async function, also one that was compiled for an engine without them. */
export function isAsyncFunction(fn: AnyFunction): boolean {
  return tagOf(fn) === '[object AsyncFunction]' || COMPILED_ASYNC.test(sourceOf(fn))
}

// The helpers of TypeScript, esbuild and Babel.
const COMPILED_ASYNC = /\b(?:__awaiter|__async|_?asyncToGenerator)\(/

function tagOf(fn: AnyFunction): string {
  return Object.prototype.toString.call(fn)
}

export function sourceOf(fn: AnyFunction): string {
  return Function.prototype.toString.call(fn)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
