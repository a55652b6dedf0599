import type { Connection } from '../../core/connector.js'
import { isRecord } from '../../core/record.js'
import { Comm } from '../comm/comm.js'
import { Serialized } from '../protocol/message.js'
import { textsOf } from '../texts.js'
import { serializeError } from '../values/values.js'
import type { ActorCall } from './actors.js'
import { addressesOf } from './assignment.js'
import { nbytesOf, type ValueStore } from './value-store.js'

export interface PeerServerHooks {
  readonly store: ValueStore
  identity(): object
  /** Brings values here. Answers those that could not be had. */
  gather(whoHas: Readonly<Record<string, readonly string[]>>): Promise<readonly string[]>
  /** Calls a method of an actor. Answers what is to be said. */
  call(call: ActorCall): Promise<object>
  /** It is to end. */
  terminate(): void
}

interface Request {
  readonly op: string
  readonly [key: string]: unknown
}

// Who connects and says nothing is let go.
const GREETING_MS = 10_000

type Handler = (request: Request) => unknown

/** Answers what the scheduler, other workers and clients ask a worker, each on connections of its own. */
export class PeerServer {
  readonly #comms = new Set<Comm>()
  #closed = false
  readonly #handlers: ReadonlyMap<string, Handler>

  constructor(hooks: PeerServerHooks) {
    this.#handlers = handlersOf(hooks)
  }

  /** Somebody connected. */
  async accept(connection: Connection): Promise<void> {
    let comm: Comm
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), GREETING_MS)
    try {
      comm = await Comm.greet(connection, limit.signal)
    } catch {
      // Whoever does not speak Dask's protocol is gone already.
      return
    } finally {
      clearTimeout(timer)
    }
    if (this.#closed) {
      comm.close()
      return
    }
    this.#comms.add(comm)
    void comm.closed.then(() => this.#comms.delete(comm))
    comm.onMessage((message) => void this.#answer(comm, message))
  }

  close(): void {
    this.#closed = true
    for (const comm of this.#comms) comm.close()
  }

  async #answer(comm: Comm, message: unknown): Promise<void> {
    // A word of thanks for values is no question.
    if (!isRecord(message) || typeof message.op !== 'string') return
    const request = message as Request
    let answer: unknown
    try {
      const handler = this.#handlers.get(request.op)
      if (handler === undefined) throw new Error(`A JavaScript worker does not know '${request.op}'`)
      answer = await handler(request)
    } catch (error) {
      answer = uncaught(error)
    }
    try {
      if (request.reply !== false) comm.send(answer)
    } catch {
      // Whoever waits for what cannot be written would wait for ever.
      comm.close()
    }
    if (request.close === true) comm.close()
  }
}

function handlersOf({ store, identity, gather, call, terminate }: PeerServerHooks): ReadonlyMap<string, Handler> {
  return new Map<string, Handler>([
    ['get_data', ({ keys }) => ({ status: 'OK', data: found(store, keys) })],
    ['update_data', ({ data }) => ({ status: 'OK', nbytes: taken(store, data) })],
    [
      'gather',
      async ({ who_has: whoHas }) => {
        const missing = await gather(addressesOf(whoHas))
        return missing.length === 0 ? { status: 'OK' } : { status: 'partial-fail', keys: missing }
      },
    ],
    [
      'free_keys',
      ({ keys }) => {
        for (const key of textsOf(keys)) store.drop(key)
        return 'OK'
      },
    ],
    ['actor_execute', (request) => call(actorCallOf(request))],
    ['keys', () => store.keys],
    ['ping', () => 'pong'],
    ['identity', identity],
    ['versions', () => ({ host: {}, packages: {} })],
    [
      'terminate',
      () => {
        terminate()
        return 'OK'
      },
    ],
  ])
}

function actorCallOf({ actor, function: method, args, client, sequence }: Request): ActorCall {
  const isCall = typeof actor === 'string' && typeof method === 'string' && args instanceof Uint8Array
  if (!isCall || typeof client !== 'string' || typeof sequence !== 'number')
    throw new TypeError('Actors of JavaScript are called by JavaScript')
  return { actor, method, args, client, sequence }
}

function found(store: ValueStore, keys: unknown): Record<string, Serialized> {
  return Object.fromEntries(
    textsOf(keys).flatMap((key) => {
      const value = store.get(key)
      return value === undefined ? [] : [[key, value] as const]
    }),
  )
}

function taken(store: ValueStore, data: unknown): Record<string, number> {
  const nbytes: Record<string, number> = {}
  for (const [key, value] of Object.entries(isRecord(data) ? data : {})) {
    if (!(value instanceof Serialized)) continue
    store.put(key, value)
    nbytes[key] = nbytesOf(value)
  }
  return nbytes
}

function uncaught(error: unknown): object {
  const text = error instanceof Error ? error.message : String(error)
  return {
    status: 'uncaught-error',
    text,
    exception: serializeError(error),
    traceback: null,
    exception_text: text,
    traceback_text: '',
  }
}
