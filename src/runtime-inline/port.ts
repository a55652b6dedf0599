import type { ChannelPort, TransferList } from '../core/adapter.js'
import { onNextTurn } from '../worker/turn.js'

type Listener = (event: never) => void

/** The two ends of a channel within this realm. */
export function createChannel(): { readonly port1: InlinePort; readonly port2: InlinePort } {
  const [port1, port2] = [new InlinePort(), new InlinePort()]
  port1.connect(port2)
  port2.connect(port1)
  return { port1, port2 }
}

/**
 * A `MessagePort` for runtimes that have none: what is posted is cloned and arrives on a later turn of the event loop.
 *
 * It has the part of one that this package uses.
 */
export class InlinePort implements ChannelPort {
  #other: InlinePort | undefined
  #listeners: readonly Listener[] = []
  /** Arrived, and not yet heard. */
  #inbox: unknown[] = []
  #started = false

  connect(other: InlinePort): void {
    this.#other = other
  }

  postMessage(message: unknown, transfer: TransferList = []): void {
    // Before anything is known of the other end: what cannot be cloned must throw in any case.
    const copy = clone(message, transfer)
    if (this.#other !== undefined) this.#other.#receive(copy)
  }

  addEventListener(_type: 'message', listener: Listener): void {
    this.#listeners = [...this.#listeners, listener]
  }

  removeEventListener(_type: 'message', listener: Listener): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener)
  }

  /** Delivers what has arrived, and what arrives. */
  start(): void {
    this.#started = true
    if (this.#inbox.length > 0) onNextTurn(() => this.#deliver())
  }

  close(): void {
    for (const end of [this, this.#other]) {
      if (end === undefined) continue
      end.#other = undefined
      end.#listeners = []
      end.#inbox = []
    }
  }

  #receive(message: unknown): void {
    if (this.#inbox.push(message) === 1 && this.#started) onNextTurn(() => this.#deliver())
  }

  #deliver(): void {
    const arrived = this.#inbox
    this.#inbox = []
    // A listener may close the port.
    for (const data of arrived) for (const listener of this.#listeners) listener({ data } as never)
  }
}

// A port of this kind is moved as it is: the realm is the same on both sides.
function clone(message: unknown, transfer: TransferList): unknown {
  if (!transfer.some((moved) => moved instanceof InlinePort)) return structuredClone(message, { transfer })
  return (message as readonly unknown[]).map((part) => (transfer.includes(part) ? part : structuredClone(part)))
}
