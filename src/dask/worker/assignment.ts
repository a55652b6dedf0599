import { isRecord } from '../../core/record.js'
import type { StreamMessage } from '../comm/stream.js'
import { Pickled } from '../protocol/message.js'
import { readPickle } from '../protocol/pickle-reader.js'
import { textsOf } from '../texts.js'
import type { Assignment } from './worker-tasks.js'

/** What a scheduler wants to have computed; `undefined` where it does not say which task. */
export function toAssignment(message: StreamMessage): Assignment | undefined {
  const {
    key,
    priority,
    who_has: whoHas,
    nbytes,
    run_id: runId,
    run_spec: spec,
    args,
    resource_restrictions: resources,
  } = message
  if (typeof key !== 'string') return undefined
  return {
    key,
    priority: Array.isArray(priority) ? priority.filter((part) => typeof part === 'number') : [],
    whoHas: addressesOf(whoHas),
    sizes: amountsOf(nbytes),
    runId: typeof runId === 'number' ? runId : undefined,
    resources: amountsOf(resources),
    spec: args instanceof Uint8Array ? args : spec,
  }
}

/** What a scheduler sends of a task. @throws {ClusterError} when it is malformed */
export function dataOf(spec: unknown): unknown {
  if (spec instanceof Uint8Array) return readPickle(spec)
  return spec instanceof Pickled ? readPickle(spec.pickle, spec.buffers) : spec
}

/** Which workers have which values. */
export function addressesOf(whoHas: unknown): Record<string, readonly string[]> {
  const entries = Object.entries(isRecord(whoHas) ? whoHas : {})
  return Object.fromEntries(entries.map(([key, workers]) => [key, textsOf(workers)]))
}

/** Numbers, by names. */
export function amountsOf(resources: unknown): Record<string, number> {
  const entries = Object.entries(isRecord(resources) ? resources : {})
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
}
