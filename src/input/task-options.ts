import { TaskValidationError } from '../core/errors.js'
import { describeUnknown, unknownKey } from '../core/known-keys.js'
import { notSupported } from '../core/not-supported.js'
import { isRecord } from '../core/record.js'
import type { TaskOptions } from '../core/task.js'
import { type Check, isAmounts, isTime, show } from './check-keys.js'

/** What a task may be told, whichever face it comes through. */
export const TASK_CHECKS: Readonly<Record<keyof TaskOptions, Check>> = {
  priority: (value) => (Number.isFinite(value) ? undefined : 'must be a finite number'),
  resources: isAmounts,
  retries: (value) => (Number.isInteger(value) && (value as number) >= 0 ? undefined : 'must be an integer, 0 or more'),
  timeout: isTime,
  signal: (value) => (isSignal(value) ? undefined : 'must be an AbortSignal'),
  workers: (value) => (isIds(value) ? undefined : 'must be the id of a worker, or an array of ids'),
  allowOtherWorkers: isFlag,
  transfer: (value) => (Array.isArray(value) ? undefined : 'must be an array'),
}
export function isFlag(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'must be true or false'
}

export function isKeeping(value: unknown): string | undefined {
  return value === 'copied' || typeof value === 'boolean' ? undefined : "must be true, false or 'copied'"
}

/** Whose options are checked, and which there are. */
export interface TaskOptionKeys {
  /** As the user calls them: `options`, `taskBackendSpecificKwargs`. */
  readonly what: string
  readonly uid?: string | undefined
  readonly checks: Readonly<Record<string, Check>>
  /** Words of the contract that this version does not do yet. */
  readonly later?: readonly string[]
}

/**
 * The options of a task.
 *
 * @throws {TaskValidationError} for an unknown key or a bad value, naming it
 * @throws {ClusterError} with `code` `ERR_NOT_SUPPORTED` for one that this version does not do
 */
export function checkTaskOptions<Options extends object>(
  given: unknown,
  { what, uid, checks, later = [] }: TaskOptionKeys,
): Options {
  if (given === undefined || given === null) return NONE as Options
  const whose = uid === undefined ? '' : `Task '${uid}': `
  const refuse = (message: string, path?: string) => new TaskValidationError(`${whose}${message}`, { uid, ...(path && { path }) })
  if (!isRecord(given)) throw refuse(`${what} must be a plain record, got ${show(given)}`)
  const known = [...Object.keys(checks), ...later]
  const unknown = unknownKey(given, known)
  if (unknown !== undefined) throw refuse(`${what}: ${describeUnknown(unknown, known)}`, `${what}.${unknown.key}`)
  const missing = later.find((key) => given[key] !== undefined)
  if (missing !== undefined) throw notSupported(`${what}.${missing}`)
  for (const [key, check] of Object.entries(checks)) {
    const value = given[key]
    const wrong = value === undefined ? undefined : check(value)
    if (wrong !== undefined) throw refuse(`${what}.${key} ${wrong}, got ${show(value)}`, `${what}.${key}`)
  }
  return given as Options
}

const NONE = Object.freeze({})

// By its shape: a page's frames each have an AbortSignal of their own.
function isSignal(value: unknown): boolean {
  const { aborted, addEventListener, removeEventListener } = (value ?? {}) as Partial<AbortSignal>
  return typeof aborted === 'boolean' && typeof addEventListener === 'function' && typeof removeEventListener === 'function'
}

function isIds(value: unknown): boolean {
  const ids = [value].flat()
  return ids.length > 0 && ids.every((id) => typeof id === 'string' && id !== '')
}
