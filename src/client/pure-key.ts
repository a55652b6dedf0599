import { isModuleFunction, scopedOf, sourceOf } from '../core/function-ref.js'
import { isRecord } from '../core/record.js'
import type { TaskFunction } from '../core/task.js'
import { Future } from './future.js'

/**
 * What two calls have in common that do the same: the function, by its source or name, and the arguments, by their
 * structure. `undefined` where there is more to an argument than can be seen.
 */
export function identityOf(fn: TaskFunction, args: readonly unknown[]): string | undefined {
  try {
    const [what, given] = [identityOfFunction(fn), text(args)]
    return what === undefined || given === undefined ? undefined : `${what}(${given})`
  } catch {
    // It holds itself, or a getter throws.
    return undefined
  }
}

/** A short name of a long text. Two texts may have the same one. */
export function hashOf(text: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  return [a ^ (b >>> 13), b ^ (a >>> 16)].map((half) => (half >>> 0).toString(36).padStart(7, '0')).join('')
}

function identityOfFunction(fn: TaskFunction): string | undefined {
  if (typeof fn === 'string') return `name ${fn}`
  if (isModuleFunction(fn)) return `module ${fn.module} ${fn.export}`
  const scoped = scopedOf(fn)
  if (scoped === undefined) return `source ${sourceOf(fn)}`
  const scope = Object.entries(scoped.scope).map(([name, value]) => {
    const known = typeof value === 'function' ? sourceOf(value as never) : text(value)
    return known === undefined ? undefined : `${name}=${known}`
  })
  return scope.includes(undefined) ? undefined : `source ${sourceOf(scoped.function)} ${scope.join()}`
}

/** Plain values as a text that says all of them. */
function text(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (Object.is(value, -0)) return '-0'
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : String(value)
  if (Future.isFuture(value)) return `future ${value.key}`
  if (Array.isArray(value)) return joined(value.map(text), '[', ']')
  if (!isRecord(value)) return undefined
  const entries = Object.keys(value).sort()
  return joined(
    entries.map((key) => {
      const known = text(value[key])
      return known === undefined ? undefined : `${JSON.stringify(key)}:${known}`
    }),
    '{',
    '}',
  )
}

function joined(parts: readonly (string | undefined)[], open: string, close: string): string | undefined {
  return parts.includes(undefined) ? undefined : `${open}${parts.join()}${close}`
}
