import type { FunctionLookup } from '../core/adapter.js'
import { TaskValidationError } from '../core/errors.js'
import { typeScriptHint } from '../core/typescript-hint.js'
import type { WireFunction } from '../wire/protocol.js'
import { asksForContext, compile } from './compile.js'

// biome-ignore lint/suspicious/noExplicitAny: whatever the user wrote
export type Callable = (...args: any[]) => unknown

/** A function that is ready to be called in this worker. */
export interface LoadedFunction {
  readonly call: Callable
  /** Whether it may ask for its context other than by `this`. */
  readonly asksForContext: boolean
}

/** What loading needs of the worker it happens in. */
export interface FunctionHome {
  readonly exposed: ReadonlyMap<string, Callable>
  readonly getTaskContext: () => unknown
  /** Where a bare specifier leads, seen from the program. */
  readonly resolve: ((specifier: string) => string) | undefined
  /** Where functions come by reference. */
  readonly functionOf: FunctionLookup | undefined
}

/** Makes a function callable here. @throws TaskValidationError, naming it, when that cannot be done. */
export async function loadFunction(wire: WireFunction, home: FunctionHome, id: number): Promise<LoadedFunction> {
  if (wire.kind === 'name') return { call: loadByName(wire.name, home), asksForContext: true }
  if (wire.kind === 'module') return { call: await loadFromModule(wire.module, wire.export, home), asksForContext: true }
  if (wire.kind === 'source') return { call: await compile(wire, home.getTaskContext), asksForContext: asksForContext(wire) }
  return { call: loadByReference(wire.name, id, home), asksForContext: true }
}

export function loadByReference(name: string, id: number, { functionOf }: FunctionHome): Callable {
  const call = functionOf?.(id)
  if (call !== undefined) return call
  throw new TaskValidationError(
    `'${name}' was sent by reference, and this worker knows no references. An adapter must hand functionOf to its WorkerHost, or have functions: 'source'.`,
  )
}

export function loadByName(name: string, { exposed }: FunctionHome): Callable {
  const call = exposed.get(name)
  if (call !== undefined) return call
  if (exposed.size === 0) {
    throw new TaskValidationError(
      `There is no function '${name}' here: this worker is the library's own. Give resources.worker a file that calls expose({ ${name} }).`,
    )
  }
  const names = [...exposed.keys()].map((known) => `'${known}'`).join(', ')
  throw new TaskValidationError(`The worker exposes no function '${name}'; it exposes ${names}. Add it to expose({ … }) there.`)
}

async function loadFromModule(module: string, name: string, { resolve }: FunctionHome): Promise<Callable> {
  let namespace: Record<string, unknown>
  const { specifier, failure } = isUrl(module) ? { specifier: module } : resolved(module, resolve)
  try {
    namespace = await import(/* webpackIgnore: true */ /* @vite-ignore */ specifier)
  } catch (error) {
    const why = failure ?? error
    const reason = why instanceof Error ? why.message : String(why)
    throw new TaskValidationError(
      `The worker could not import '${shown(module)}': ${reason}${typeScriptHint(reason) || hintFor(module)}`,
      {
        cause: error,
      },
    )
  }
  const call = namespace[name]
  if (typeof call === 'function') return call as Callable
  const names = Object.keys(namespace).join(', ') || 'nothing'
  throw new TaskValidationError(`'${module}' exports no function '${name}'; it exports ${names}.`)
}

// A bundler makes such URLs of `new URL('./tasks.ts', import.meta.url)`: the raw file, its types and imports and all.
function hintFor(module: string): string {
  if (module.startsWith('python:')) return '. Functions of Python run on a Dask cluster: give the address of its scheduler'
  if (!/^data:|\.m?tsx?$/.test(module)) return ''
  return '. If a bundler made this URL, the file is not what you wrote: expose the function by its name in a worker of your own (resources.worker)'
}

function shown(module: string): string {
  return module.length > 100 ? `${module.slice(0, 100)}…` : module
}

function isUrl(module: string): boolean {
  return /^[a-z][a-z+.-]*:/i.test(module)
}

// From the program's place, not from this package's, which may see other packages; where that leads nowhere, from here.
function resolved(
  specifier: string,
  resolve: FunctionHome['resolve'],
): { readonly specifier: string; readonly failure?: unknown } {
  try {
    return { specifier: resolve?.(specifier) ?? specifier }
  } catch (failure) {
    return { specifier, failure }
  }
}
