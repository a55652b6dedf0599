import type { Connection, Connector, Listener } from '../../src/core/connector.js'
import { deferred } from '../../src/core/deferred.js'

type Receive = (frames: readonly Uint8Array[]) => void

/** Sockets that lead to others of the same process. What is sent arrives in a later microtask, in order. */
export class MemoryNetwork implements Connector {
  readonly protocols = ['tcp']
  readonly #listeners = new Map<string, (connection: Connection) => void>()
  #nextPort = 1
  /** How many connections were made, by where they lead. */
  readonly connections = new Map<string, number>()

  async connect(address: string): Promise<Connection> {
    const accept = this.#listeners.get(address)
    if (accept === undefined) throw new Error(`connect ECONNREFUSED ${address}`)
    this.connections.set(address, (this.connections.get(address) ?? 0) + 1)
    const [here, there] = pipe(address)
    accept(there)
    return here
  }

  async listen({ host, port, onConnection }: Parameters<NonNullable<Connector['listen']>>[0]): Promise<Listener> {
    const own = port === 0 ? this.#nextPort++ : port
    const address = `tcp://${host}:${own}`
    const open = new Set<Connection>()
    this.#listeners.set(address, (connection) => {
      open.add(connection)
      onConnection(connection)
    })
    return {
      port: own,
      close: async () => {
        this.#listeners.delete(address)
        for (const connection of open) connection.close()
      },
    }
  }
}

function pipe(address: string): readonly [Connection, Connection] {
  const ended = deferred<Error | undefined>()
  const [here, there] = [new End(address, ended), new End(address, ended)]
  here.other = there
  there.other = here
  return [here, there]
}

class End implements Connection {
  readonly address: string
  readonly closed: Promise<Error | undefined>
  other: End | undefined
  #receive: Receive | undefined
  #early: (readonly Uint8Array[])[] = []
  #isOpen = true
  readonly #end: () => void

  constructor(address: string, ended: ReturnType<typeof deferred<Error | undefined>>) {
    this.address = address
    this.closed = ended.promise
    this.#end = () => ended.resolve(undefined)
    void this.closed.then(() => {
      this.#isOpen = false
    })
  }

  send(frames: readonly Uint8Array[]): void {
    // As of a socket: nobody writes into what was sent.
    const copy = frames.map((frame) => frame.slice())
    queueMicrotask(() => this.#isOpen && this.other?.take(copy))
  }

  take(frames: readonly Uint8Array[]): void {
    if (this.#receive === undefined) this.#early.push(frames)
    else this.#receive(frames)
  }

  onMessage(listener: Receive): void {
    this.#receive = listener
    for (const frames of this.#early.splice(0)) this.#receive(frames)
  }

  hold(): void {}

  close(): void {
    queueMicrotask(this.#end)
  }
}
