import { append } from '../core/append.js'
import type { Deferred } from '../core/deferred.js'
import { buffersOf } from '../wire/buffers.js'
import { fromWireError, type WireError } from '../wire/errors.js'
import { snapshot } from '../wire/snapshot.js'
import type { SmallValue } from '../wire/weigh.js'
import type { Flight } from './flight.js'
import type { ScheduledTask } from './scheduled-task.js'
import type { SchedulerEvent } from './scheduler-events.js'
import type { WorkerPool } from './worker-pool.js'

/**
 * Carries values from worker to worker, and to who reads them here. One that is passed on is moved, not copied: the worker
 * that has it makes the one copy.
 */
export class Porter {
  readonly #pool: WorkerPool
  /** By worker, in the order in which they were asked for, which is that of the answers. */
  readonly #asked = new Map<string, Flight[]>()

  constructor(pool: WorkerPool) {
    this.#pool = pool
  }

  ask(flight: Flight): void {
    append(this.#asked, flight.from.id, flight)
    this.#pool.fetch(flight.from.id, flight.value.id)
  }

  /** A worker has sent the value of a task. Answers what that means; nothing, when it was not asked for. */
  arrived(worker: string, taskId: number, value: unknown): SchedulerEvent | undefined {
    const flight = this.#take(worker, taskId)
    if (flight === undefined) return undefined
    if (flight.to === undefined) {
      settleReader(flight.value, (reader) => reader.resolve(value))
      return { type: 'landed', flight }
    }
    try {
      this.#pool.put(flight.to.id, flight.value, value, buffersOf(value))
      return { type: 'landed', flight }
    } catch (error) {
      return { type: 'grounded', flight, error }
    }
  }

  /** A worker cannot send the value of a task. */
  refused(worker: string, taskId: number, error: WireError): SchedulerEvent | undefined {
    const flight = this.#take(worker, taskId)
    return flight && { type: 'grounded', flight, error: fromWireError(error) }
  }

  /** It will not answer any more. */
  gone(worker: string): void {
    this.#asked.delete(worker)
  }

  #take(worker: string, taskId: number): Flight | undefined {
    const asked = this.#asked.get(worker)
    const flight = asked?.[0]
    if (asked === undefined || flight?.value.id !== taskId) return undefined
    asked.shift()
    if (asked.length === 0) this.#asked.delete(worker)
    return flight
  }
}

/** A small value, for who asks for it: a copy, since it may be asked for again. */
export function copyHere({ value }: SmallValue): unknown {
  return snapshot(value)
}

/** Who waits for the value of a task waits no longer. */
export function settleReader({ result }: ScheduledTask, settle: (reader: Deferred<unknown>) => void): void {
  const reader = result?.reader
  if (result === undefined || reader === undefined) return
  result.reader = undefined
  settle(reader)
}
