import type { DataCluster, TaskHandle } from '../../core/cluster.js'
import { TaskValidationError } from '../../core/errors.js'
import { decodePickle, encodeValue, pickleError } from '../values/values.js'

/** Where actors are. */
export type ActorPlaces = Pick<DataCluster, 'call' | 'release'>

/** A method that somebody calls of an actor. */
export interface ActorCall {
  readonly actor: string
  readonly method: string
  readonly args: Uint8Array
  /** Those of one client are made in the order of their numbers, from 0 on. */
  readonly client: string
  readonly sequence: number
}

/** Of one client and one actor. */
interface Turns {
  next: number
  readonly waiting: Map<number, () => void>
}

interface Actor {
  readonly handle: TaskHandle
  readonly turns: Map<string, Turns>
}

// Clients that an actor remembers: who comes again after so many others begins anew.
const MOST_CLIENTS = 10_000

/** The actors of a worker, by the keys of the tasks that made them. */
export class Actors {
  readonly #cluster: ActorPlaces
  readonly #actors = new Map<string, Actor>()

  constructor(cluster: ActorPlaces) {
    this.#cluster = cluster
  }

  add(key: string, handle: TaskHandle): void {
    this.drop(key)
    this.#actors.set(key, { handle, turns: new Map() })
  }

  drop(key: string): void {
    const actor = this.#actors.get(key)
    this.#actors.delete(key)
    if (actor !== undefined) this.#cluster.release([actor.handle])
  }

  end(): void {
    for (const key of this.#actors.keys()) this.drop(key)
  }

  /** What it answers, as it is sent. Never rejects. */
  async call({ actor: key, method, args, client, sequence }: ActorCall): Promise<object> {
    try {
      const actor = this.#actors.get(key)
      if (actor === undefined) throw new TaskValidationError(`There is no actor '${key}' on this worker`)
      return { status: 'OK', result: encodeValue(await this.#inTurn(actor, client, sequence, method, args), 'result') }
    } catch (error) {
      return { status: 'error', exception: pickleError(error) }
    }
  }

  async #inTurn({ handle, turns }: Actor, client: string, sequence: number, method: string, args: Uint8Array): Promise<unknown> {
    const mine = turnsOf(turns, client)
    if (sequence > mine.next) await new Promise<void>((resolve) => mine.waiting.set(sequence, resolve))
    try {
      const given = decodePickle(args)
      if (!Array.isArray(given)) throw new TaskValidationError(`The arguments of '${method}' are no list`)
      // It is on its way when this answers a promise.
      return this.#cluster.call(handle, method, given)
    } finally {
      mine.next++
      mine.waiting.get(mine.next)?.()
      mine.waiting.delete(mine.next)
    }
  }
}

function turnsOf(turns: Map<string, Turns>, client: string): Turns {
  const known = turns.get(client) ?? { next: 0, waiting: new Map() }
  // At the end are those who came last.
  turns.delete(client)
  turns.set(client, known)
  if (turns.size > MOST_CLIENTS) turns.delete(turns.keys().next().value as string)
  return known
}
