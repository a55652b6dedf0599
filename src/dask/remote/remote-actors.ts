import { type Deferred, deferred } from '../../core/deferred.js'
import { ClusterError, TaskValidationError, WorkerLostError } from '../../core/errors.js'
import { createHexId } from '../../core/ids.js'
import { messageOf } from '../../core/message-of.js'
import { isRecord } from '../../core/record.js'
import { isTransferred } from '../../core/transfer.js'
import { textsOf } from '../texts.js'
import { decodePickle, encodeValue } from '../values/values.js'
import type { RemoteTask } from './remote-task.js'
import type { SchedulerLink } from './scheduler-link.js'

/** What a client has called of one actor. */
interface Conversation {
  readonly id: string
  readonly worker: string
  /** Calls take several ways there, and are made in this order. */
  next: number
  readonly calls: Set<Deferred<unknown>>
}

/** The actors of a client, each on the worker that made it. The scheduler hands on what is said to them. */
export class RemoteActors {
  readonly #link: SchedulerLink
  readonly #conversations = new Map<RemoteTask, Promise<Conversation>>()

  constructor(link: SchedulerLink) {
    this.#link = link
  }

  /** Calls a method. @throws what it throws; {WorkerLostError} when its worker is lost; {TaskValidationError} */
  async call(actor: RemoteTask, method: string, args: readonly unknown[]): Promise<unknown> {
    const { uid, key } = actor
    await actor.ended
    if (actor.status !== 'finished') throw actor.error ?? new ClusterError(`Task '${uid}' is no actor that is there`, { uid })
    const given = encoded(actor, method, args)
    const conversation = await this.#conversationOf(actor)
    const call = deferred<unknown>()
    conversation.calls.add(call)
    const msg = { op: 'actor_execute', actor: key, function: method, args: given, kwargs: {} }
    const order = { client: conversation.id, sequence: conversation.next++ }
    this.#link
      .call({ op: 'proxy', worker: conversation.worker, msg: { ...msg, ...order } })
      .then((answer) => settle(call, answer))
      // Those behind it would wait for it there.
      .catch(async (cause: unknown) => this.#end(actor, await this.#notReached(actor, conversation, cause)))
    try {
      return await call.promise
    } finally {
      conversation.calls.delete(call)
    }
  }

  /** Its worker is gone. Answers how that is said. */
  lost(actor: RemoteTask): WorkerLostError {
    const { uid } = actor
    const message = `The worker of actor '${uid}' ended, and the actor with it. Submit it again`
    const error = new WorkerLostError(message, { uid, workerId: '', reason: 'lost' })
    this.#end(actor, error)
    return error
  }

  /** It is not called any more. */
  forget(actor: RemoteTask): void {
    if (actor.isActor) this.#end(actor, new ClusterError(`Actor '${actor.uid}' was released`, { uid: actor.uid }))
  }

  close(error: unknown): void {
    for (const actor of this.#conversations.keys()) this.#end(actor, error)
  }

  async #notReached({ uid }: RemoteTask, { worker }: Conversation, cause: unknown): Promise<unknown> {
    if (await this.#link.isGone(cause)) return cause
    const message = `Actor '${uid}' on ${worker} could not be reached: ${messageOf(cause)}. When its worker has ended, submit it again`
    return new WorkerLostError(message, { uid, workerId: worker, reason: 'lost', cause })
  }

  #conversationOf(actor: RemoteTask): Promise<Conversation> {
    const known = this.#conversations.get(actor)
    if (known !== undefined) return known
    const begun = this.#begin(actor)
    this.#conversations.set(actor, begun)
    begun.catch(() => this.#conversations.delete(actor))
    return begun
  }

  async #begin({ key, uid }: RemoteTask): Promise<Conversation> {
    const answer = await this.#link.ask({ op: 'who_has', keys: [key] })
    const [worker] = textsOf(isRecord(answer) ? answer[key] : undefined)
    if (worker === undefined) throw new ClusterError(`Actor '${uid}' is on no worker`, { uid })
    return { id: createHexId('client-'), worker, next: 0, calls: new Set() }
  }

  #end(actor: RemoteTask, error: unknown): void {
    const conversation = this.#conversations.get(actor)
    this.#conversations.delete(actor)
    conversation?.then(
      ({ calls }) => {
        for (const call of calls) call.reject(error)
      },
      () => {},
    )
  }
}

function encoded({ uid }: RemoteTask, method: string, args: readonly unknown[]): Uint8Array {
  try {
    // Nothing is moved to another machine.
    return encodeValue(
      args.map((arg) => (isTransferred(arg) ? arg.value : arg)),
      'args',
    )
  } catch (cause) {
    if (!(cause instanceof TaskValidationError)) throw cause
    const { path } = cause
    const message = `'${method}' of actor '${uid}': ${cause.message}`
    throw new TaskValidationError(message, { uid, cause, ...(path !== undefined && { path }) })
  }
}

function settle(call: Deferred<unknown>, answer: unknown): void {
  const { status, result, exception, exception_text: why } = isRecord(answer) ? answer : {}
  if (status === 'OK' && result instanceof Uint8Array) call.resolve(decodePickle(result))
  else if (exception instanceof Uint8Array) call.reject(decodePickle(exception))
  else throw new Error(messageOf(why) ?? 'its worker did not say why')
}
