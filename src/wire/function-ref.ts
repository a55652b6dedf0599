import { isModuleFunction, scopedOf, sourceOf, wireOf } from '../core/function-ref.js'
import type { TaskFunction } from '../core/task.js'
import type { WireFunction } from './protocol.js'

/** The form in which a worker is told of a function; `inline`: how inline functions reach it. */
export function toWireFunction(fn: TaskFunction, inline: 'source' | 'reference'): WireFunction {
  if (typeof fn === 'string') return { kind: 'name', name: fn }
  const wire = wireOf(fn)
  if (wire !== undefined) return wire as WireFunction
  if (isModuleFunction(fn)) return { kind: 'module', module: fn.module, export: fn.export }
  const callable = fn as (...args: unknown[]) => unknown
  if (inline === 'reference') return { kind: 'reference', name: callable.name }
  const scoped = scopedOf(callable)
  if (scoped === undefined) return { kind: 'source', name: callable.name, source: sourceOf(callable) }
  const values: Record<string, unknown> = {}
  const functions: Record<string, string> = {}
  for (const [key, value] of Object.entries(scoped.scope)) {
    if (typeof value === 'function') functions[key] = sourceOf(value as typeof callable)
    else values[key] = value
  }
  const { function: inner } = scoped
  return { kind: 'source', name: inner.name, source: sourceOf(inner), scope: { values, functions } }
}

/** What makes two functions the same for a worker; `undefined` when only their identity can tell. */
export function keyOfFunction(wire: WireFunction): string | undefined {
  if (wire.kind === 'name') return `name:${wire.name}`
  if (wire.kind === 'module') return `module:${wire.export}:${wire.module}`
  if (wire.kind === 'reference') return undefined
  return wire.scope === undefined ? `source:${wire.name}:${wire.source}` : undefined
}
