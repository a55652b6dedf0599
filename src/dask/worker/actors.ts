import type { DataCluster, TaskHandle } from '../../core/cluster.js'
import { TaskValidationError } from '../../core/errors.js'
import { decodePickle, encodeValue, pickleError } from '../values.js'

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
      const given = decodePickle(args)
      if (!Array.isArray(given)) throw new TaskValidationError(`'${method}' of actor '${key}': its arguments are no list`)
      await turn(turnsOf(actor, client), sequence)
      // Made in this turn, before the next is let go.
      const answer = this.#cluster.call(actor.handle, method, given)
      letNext(turnsOf(actor, client))
      return { status: 'OK', result: encodeValue(await answer, 'result') }
    } catch (error) {
      return { status: 'error', exception: pickleError(error) }
    }
  }
}

function turnsOf({ turns }: Actor, client: string): Turns {
  const known = turns.get(client) ?? { next: 0, waiting: new Map() }
  if (turns.size >= MOST_CLIENTS && !turns.has(client)) turns.delete(turns.keys().next().value as string)
  turns.set(client, known)
  return known
}

async function turn(turns: Turns, sequence: number): Promise<void> {
  if (sequence > turns.next) await new Promise<void>((resolve) => turns.waiting.set(sequence, resolve))
}

function letNext(turns: Turns): void {
  turns.next++
  turns.waiting.get(turns.next)?.()
  turns.waiting.delete(turns.next)
}
