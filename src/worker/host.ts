import { expose as exposeOnPort } from 'comlink'
import type { WorkerHost } from '../core/adapter.js'
import type { TaskContext } from '../core/task-context.js'
import {
  type Definitions,
  Message,
  PROTOCOL_VERSION,
  type Tasks,
  type WorkerControl,
  type WorkerOptions,
} from '../wire/protocol.js'
import { outsideOfTask } from './context.js'
import { Executor } from './executor.js'
import type { Callable } from './function.js'

/** A worker, as seen from code that runs in it. */
export interface Worker {
  readonly version: number
  expose(functions: Readonly<Record<string, Callable>>): void
  getTaskContext(): TaskContext
}

// The library's worker is bundled whole, so a task module that imports `daskflow/worker` brings a second copy of this
// file. The copies meet here.
const SLOT: unique symbol = Symbol.for('daskflow.worker') as never

interface Realm {
  [SLOT]?: Worker
}

/** The worker that this realm is, when one was started in it. */
export function currentWorker(): Worker | undefined {
  return (globalThis as Realm)[SLOT]
}

/** Turns this realm into a worker of a pool. The runtime calls it once, with its own end of the wire. */
export function startWorker(host: WorkerHost): Worker {
  const worker = new LocalWorker(host)
  ;(globalThis as Realm)[SLOT] = worker
  return worker
}

class LocalWorker implements Worker, WorkerControl {
  readonly version = PROTOCOL_VERSION
  readonly #host: WorkerHost
  readonly #exposed = new Map<string, Callable>()
  #executor: Executor | undefined

  constructor(host: WorkerHost) {
    this.#host = host
    host.endpoint.onMessage((message) => this.#receive(message))
    // Tasks were in it that will never be run here; they are settled by the end of this worker.
    host.endpoint.onMessageError(() => host.close())
    host.onExit?.((code) => this.#leave(code))
    host.endpoint.postMessage([Message.Hello, PROTOCOL_VERSION])
  }

  start({ workerId, slots }: WorkerOptions): void {
    const { endpoint, context, resolve } = this.#host
    this.#executor = new Executor({
      workerId,
      slots,
      context,
      resolve,
      exposed: this.#exposed,
      post: (message, transfer) => endpoint.postMessage(message, transfer),
    })
  }

  expose(functions: Readonly<Record<string, Callable>>): void {
    for (const [name, call] of Object.entries(functions)) this.#exposed.set(name, call)
  }

  getTaskContext(): TaskContext {
    if (this.#executor === undefined) throw outsideOfTask()
    return this.#executor.getTaskContext()
  }

  // The pool is trusted, being the same package; but the program may post messages of its own to its own worker.
  #receive(message: unknown): void {
    if (!Array.isArray(message)) return
    const [kind, first, second] = message
    if (kind === Message.Start) this.#openControl(first as MessagePort)
    else if (kind === Message.Abort) this.#executor?.abort(first as number[], second)
    else if (kind === Message.Recall) this.#executor?.recall()
    else if (kind === Message.Forget) this.#executor?.forget(first as number[])
    else if (kind === Message.Tasks) {
      this.#executor?.define(first as Definitions)
      this.#executor?.enqueue(second as Tasks)
    }
  }

  #leave(code: number | undefined): void {
    this.#executor?.leave()
    this.#host.endpoint.postMessage([Message.Goodbye, code])
  }

  #openControl(port: MessagePort): void {
    const control: WorkerControl = { start: (options) => this.start(options) }
    exposeOnPort(control, port as never)
  }
}
