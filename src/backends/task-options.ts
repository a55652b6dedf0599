import { notSupported, TaskValidationError } from '../core/errors.js'
import { describeUnknown, unknownKey } from '../core/known-keys.js'
import { isRecord } from '../core/record.js'
import type { TaskOptions, TaskRecord } from '../core/task.js'
import { type Check, isAmounts, isTime, show } from './check-keys.js'

const CHECKS: Readonly<Record<keyof TaskOptions, Check>> = {
  priority: (value) => (Number.isFinite(value) ? undefined : 'must be a finite number'),
  resources: isAmounts,
  retries: (value) => (Number.isInteger(value) && (value as number) >= 0 ? undefined : 'must be an integer, 0 or more'),
  timeout: isTime,
  signal: (value) => (isSignal(value) ? undefined : 'must be an AbortSignal'),
  workers: (value) => (isIds(value) ? undefined : 'must be the id of a worker, or an array of ids'),
  allowOtherWorkers: (value) => (typeof value === 'boolean' ? undefined : 'must be true or false'),
  transfer: (value) => (Array.isArray(value) ? undefined : 'must be an array'),
}
// Words of the contract that this version does not do yet.
const LATER = ['key', 'pure', 'keepResult']
const KNOWN = [...Object.keys(CHECKS), ...LATER]

/**
 * The options of a task.
 *
 * @throws {TaskValidationError} for an unknown key or a bad value, naming it
 * @throws {ClusterError} with `code` `ERR_NOT_SUPPORTED` for one that this version does not do
 */
export function checkTaskOptions({ uid, taskBackendSpecificKwargs: options }: TaskRecord): TaskOptions {
  if (options === undefined || options === null) return NONE
  if (!isRecord(options))
    throw new TaskValidationError(`Task '${uid}': taskBackendSpecificKwargs must be a plain record`, { uid })
  const unknown = unknownKey(options, KNOWN)
  if (unknown !== undefined) {
    const path = `taskBackendSpecificKwargs.${unknown.key}`
    throw new TaskValidationError(`Task '${uid}': taskBackendSpecificKwargs: ${describeUnknown(unknown, KNOWN)}`, { uid, path })
  }
  const later = LATER.find((key) => options[key] !== undefined)
  if (later !== undefined) throw notSupported(`taskBackendSpecificKwargs.${later}`)
  for (const [key, check] of Object.entries(CHECKS)) {
    const value = options[key]
    const wrong = value === undefined ? undefined : check(value)
    if (wrong === undefined) continue
    const path = `taskBackendSpecificKwargs.${key}`
    throw new TaskValidationError(`Task '${uid}': ${path} ${wrong}, got ${show(value)}`, { uid, path })
  }
  return options
}

const NONE: TaskOptions = Object.freeze({})

// By its shape: a page's frames each have an AbortSignal of their own.
function isSignal(value: unknown): boolean {
  const { aborted, addEventListener, removeEventListener } = (value ?? {}) as Partial<AbortSignal>
  return typeof aborted === 'boolean' && typeof addEventListener === 'function' && typeof removeEventListener === 'function'
}

function isIds(value: unknown): boolean {
  const ids = [value].flat()
  return ids.length > 0 && ids.every((id) => typeof id === 'string' && id !== '')
}
