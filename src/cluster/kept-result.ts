import type { WorkerExit } from '../core/adapter.js'
import type { Keeping } from '../core/cluster.js'
import type { Deferred } from '../core/deferred.js'
import { Keep } from '../wire/protocol.js'
import type { SmallValue } from '../wire/weigh.js'
import type { Flight } from './flight.js'
import type { SchedulerWorker } from './scheduler-worker.js'

/** The result of a task that is kept: where it is, and who may still need it. */
export class KeptResult {
  readonly keep: Keep
  /** Whether the one who submitted the task may ask for it. */
  held = true
  /** How often it stands in the arguments of tasks that have not ended. */
  users = 0
  /** Whether somebody waits for it here. */
  wanted = false
  /** About how many bytes it takes, on a worker. */
  size = 0
  /** A small one is here: a worker gets it with the task that needs it. */
  here: SmallValue | undefined = undefined
  /** The worker with which it was lost last, and how that ended. */
  lost: { readonly worker: string; readonly exit: WorkerExit } | undefined = undefined
  /** The workers where it lies. */
  holders: readonly SchedulerWorker[] = NONE
  /** Where it is on its way to. */
  flights: readonly Flight[] = NONE
  /** For the one who reads it: who is waiting. */
  reader: Deferred<unknown> | undefined = undefined

  constructor(keeping: Keeping) {
    this.keep = KEEP[keeping]
  }

  /** Whether it is an object whose methods are called where it is: it cannot be anywhere else. */
  get isActor(): boolean {
    return this.keep === Keep.Actor
  }

  /** Whether it is anywhere. */
  get exists(): boolean {
    return this.here !== undefined || this.holders.length > 0
  }

  get isNeeded(): boolean {
    return this.held || this.users > 0 || this.wanted
  }

  isAt(worker: SchedulerWorker): boolean {
    return this.here !== undefined || this.holders.includes(worker)
  }
}

const KEEP: Readonly<Record<Keeping, Keep>> = { shared: Keep.Shared, copied: Keep.Copied, actor: Keep.Actor }
const NONE: readonly never[] = []
