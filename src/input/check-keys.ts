import { describeUnknown, unknownKey } from '../core/known-keys.js'
import { notSupported } from '../core/not-supported.js'
import { isRecord } from '../core/record.js'

/** What is wrong with a value, as the rest of a sentence; `undefined` when nothing is. */
export type Check = (value: unknown) => string | undefined

/** What a user may configure, key by key. */
export interface Keys {
  /** As the user calls it: `resources`, `options`. */
  readonly what: string
  readonly checks: Readonly<Record<string, Check>>
  /** Words of the contract that this version does not do yet. */
  readonly later: readonly string[]
}

/**
 * Checks what a user configured; a key whose value is `undefined` counts as absent.
 *
 * @throws {TypeError} with `code` `ERR_RESOURCES` for an unknown key or a bad value, naming it
 * @throws {ClusterError} with `code` `ERR_NOT_SUPPORTED` for a key that this version does not do
 */
export function checkKeys(given: object, { what, checks, later }: Keys): void {
  const known = [...Object.keys(checks), ...later]
  const unknown = unknownKey(given, known)
  if (unknown !== undefined) throw configurationError(`${what}: ${describeUnknown(unknown, known)}`)
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue
    if (later.includes(key)) throw notSupported(`${what}.${key}`)
    const wrong = checks[key]?.(value)
    if (wrong !== undefined) throw configurationError(`${what}.${key} ${wrong}, got ${show(value)}`)
  }
}

// What timers of every platform can wait; beyond it they fire at once.
export const MAX_TIMER_MS = 2 ** 31 - 1

/** Milliseconds, 0 included. */
export function isDelay(value: unknown): string | undefined {
  return typeof value === 'number' && value >= 0 && value <= MAX_TIMER_MS
    ? undefined
    : `must be milliseconds, 0 or more and at most ${MAX_TIMER_MS}`
}

/** Milliseconds that something may take. */
export function isTime(value: unknown): string | undefined {
  return value === 0 ? 'must be more than 0 ms' : isDelay(value)
}

export function isAmounts(value: unknown): string | undefined {
  const isAmount = (amount: unknown) => typeof amount === 'number' && Number.isFinite(amount) && amount >= 0
  return isRecordOf(value, isAmount) ? undefined : 'must be a record of numbers, 0 or more'
}

export function isRecordOf(value: unknown, isOne: (item: unknown) => boolean): boolean {
  return isRecord(value) && Object.values(value).every(isOne)
}

export function isName(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? undefined : 'must be a string that is not empty'
}

export function isFunction(value: unknown): string | undefined {
  return typeof value === 'function' ? undefined : 'must be a function'
}

export function hasMethods(...methods: readonly string[]): Check {
  return (value) => {
    const given = value as Readonly<Record<string, unknown>> | null
    const missing = methods.find((method) => typeof given?.[method] !== 'function')
    return missing === undefined ? undefined : `must have the method ${missing}()`
  }
}

export const isLogger = hasMethods('warn', 'error')

export function configurationError(message: string): TypeError & { code: string } {
  return Object.assign(new TypeError(message), { code: 'ERR_RESOURCES' })
}

export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  return typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : String(value)
}
