import type { Connection, Listener } from '../../src/core/connector.js'
import { deferred } from '../../src/core/deferred.js'
import { Comm } from '../../src/dask/comm/comm.js'
import type { MemoryNetwork } from './memory-network.js'

type Message = Readonly<Record<string, unknown>>

/** What a worker hears of a scheduler: it registers there, and both say what they have to say. */
export class FakeScheduler {
  readonly address = 'tcp://scheduler:8786'
  /** What workers said of themselves when they came. */
  readonly registered: Message[] = []
  /** What they said since. */
  readonly said: Message[] = []
  /** What it has against the next one that comes. */
  refusal: string | undefined
  /** How often it hangs up in place of an answer to a heartbeat, and every how many seconds it wants one. */
  hangUps = 0
  heartbeatS = 3_600
  #listener: Listener | undefined
  #stream: Comm | undefined
  #heard = deferred<void>()

  static async start(network: MemoryNetwork): Promise<FakeScheduler> {
    const scheduler = new FakeScheduler()
    scheduler.#listener = await network.listen({
      host: 'scheduler',
      port: 8786,
      onConnection: (connection) => void scheduler.#accept(connection),
    })
    return scheduler
  }

  tell(...messages: readonly object[]): void {
    this.#stream?.send(messages)
  }

  /** The first message that it was told with that `op`, and those properties, now or later. It is told once. */
  async heard(op: string, properties: Message = {}): Promise<Message> {
    for (;;) {
      const wanted = Object.entries({ op, ...properties })
      const index = this.said.findIndex((message) => wanted.every(([key, value]) => message[key] === value))
      if (index >= 0) return this.said.splice(index, 1)[0] as Message
      await this.#heard.promise
    }
  }

  /** As one that is killed. */
  async end(): Promise<void> {
    this.#stream?.close()
    await this.#listener?.close()
  }

  async #accept(connection: Connection): Promise<void> {
    const comm = await Comm.greet(connection)
    comm.onMessage((message) => {
      if (Array.isArray(message)) this.#hear(...message)
      else this.#answer(comm, message as Message)
    })
  }

  #answer(comm: Comm, message: Message): void {
    if (message.op === 'versions') comm.send({ host: {}, packages: { distributed: '2024.12.1' } })
    else if (message.op === 'heartbeat_worker' && this.hangUps > 0) {
      this.hangUps--
      comm.close()
    } else if (message.op !== 'register-worker') comm.send({ status: 'OK' })
    else if (this.refusal !== undefined) {
      comm.send({ status: 'error', message: this.refusal })
      this.refusal = undefined
    } else {
      this.registered.push(message)
      this.#stream = comm
      comm.send({ status: 'OK', 'heartbeat-interval': this.heartbeatS })
    }
    this.#hear(message)
  }

  #hear(...messages: readonly Message[]): void {
    this.said.push(...messages)
    this.#heard.resolve()
    this.#heard = deferred<void>()
  }
}
