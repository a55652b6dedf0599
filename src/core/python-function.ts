import { TaskValidationError } from './errors.js'
import { type ModuleFunction, moduleFunction } from './function-ref.js'

const SCHEME = 'python:'

/**
 * Names a function of Python, for the Python workers of a Dask cluster: `pythonFunction('math.sqrt')`. One that is inside
 * something else is named apart from its module: `pythonFunction('package.module', 'Class.method')`.
 *
 * Its arguments arrive as Python's values, and its result as JavaScript's, or as a description where there is none. Futures
 * stand among its arguments, not within them.
 *
 * @throws {TaskValidationError} for what is no such name
 */
export function pythonFunction(name: string, inside?: string): ModuleFunction {
  const end = typeof name === 'string' ? name.lastIndexOf('.') : -1
  const [module, attribute] =
    inside === undefined ? [String(name).slice(0, Math.max(0, end)), String(name).slice(end + 1)] : [name, inside]
  if (NAME.test(module) && NAME.test(attribute)) return moduleFunction(SCHEME + module, attribute)
  throw new TaskValidationError(`pythonFunction('${name}'): it must be the name of a module, a dot, and the name of a function`)
}

const NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*(?:\.[\p{ID_Start}_][\p{ID_Continue}]*)*$/u

/** Where Python finds it; `undefined` for any other function. */
export function pythonNameOf(fn: unknown): { readonly module: string; readonly name: string } | undefined {
  const { module, export: name } = (fn ?? {}) as Partial<ModuleFunction>
  return typeof fn === 'object' && typeof module === 'string' && module.startsWith(SCHEME) && typeof name === 'string'
    ? { module: module.slice(SCHEME.length), name }
    : undefined
}
