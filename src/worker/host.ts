import { expose as exposeOnPort, transfer as moved } from 'comlink'
import type { WorkerHost } from '../core/adapter.js'
import { ClusterError, TaskValidationError } from '../core/errors.js'
import type { FileStore } from '../core/files.js'
import { enterRealm } from '../core/realm.js'
import { isTransferred, transferListOf } from '../core/transfer.js'
import { Claims } from '../wire/claims.js'
import { fromWireError, toWireError, type WireError } from '../wire/errors.js'
import {
  type ActorAnswer,
  type ActorCall,
  type Keep,
  Message,
  PROTOCOL_VERSION,
  type TasksMessage,
  type WireFunction,
  type WireSetup,
  type WorkerControl,
  type WorkerOptions,
} from '../wire/protocol.js'
import { ALONE, snapshot } from '../wire/snapshot.js'
import { findUncloneable, type Uncloneable } from '../wire/uncloneable.js'
import { watchConsole } from './console.js'
import type { RunningTask } from './context.js'
import { Executor } from './executor.js'
import { explain } from './explain.js'
import type { FunctionHome, LoadedFunction } from './function.js'
import { MemoryLimit } from './memory-limit.js'

/** A worker that was started in this realm. */
export interface StartedWorker {
  /**
   * Ends what can be ended from within: what waits is dropped, what runs sees its signal abort. For adapters whose
   * workers share a realm; a thread just ends.
   */
  stop(): void
}

/** Makes a function callable, of what the pool said of it. `id`: its number on the wire. */
export type FunctionLoader = (wire: WireFunction, home: FunctionHome, id: number) => Promise<LoadedFunction>

/** Starts a worker in this realm, with its own way to functions. */
export function runWorker(host: WorkerHost, load: FunctionLoader): StartedWorker {
  return new LocalWorker(host, load)
}

function uncloneable({ path, what }: Uncloneable): TaskValidationError {
  return new TaskValidationError(`What the method returned cannot be cloned: ${path} is ${what}`, { path })
}

function overLimit({ limit }: MemoryLimit): ClusterError {
  return new ClusterError(`It holds more than memoryLimit (${limit} bytes) before its first task. Raise it.`)
}

class LocalWorker implements StartedWorker, WorkerControl {
  readonly #host: WorkerHost
  readonly #load: FunctionLoader
  readonly #realm = enterRealm()
  #executor: Executor | undefined
  /** A message could not be read: the last word would not be the whole truth. */
  #missed = false
  /** Why it ends, where it is not by somebody's wish. */
  #reason: 'memory' | undefined

  constructor(host: WorkerHost, load: FunctionLoader) {
    this.#host = host
    this.#load = load
    this.#realm.addWorker(this)
    host.endpoint.onMessage((message) => this.#receive(message))
    host.endpoint.onMessageError(() => this.#giveUp())
    host.onExit?.((code) => this.#sayGoodbye(code))
    if (host.console !== undefined) watchConsole(host.console, (...printed) => this.#executor?.printed(...printed))
    host.endpoint.postMessage([Message.Hello, PROTOCOL_VERSION])
  }

  async start({ workerId, slots, claims, memoryLimit, setup }: WorkerOptions): Promise<WireError | undefined> {
    const host = this.#host
    const { endpoint, context, functionOf } = host
    const limit = this.#limitMemory(memoryLimit)
    const home: FunctionHome = {
      exposed: this.#realm.exposed,
      getTaskContext: () => this.#realm.getTaskContext(),
      resolve: host.resolve && ((specifier) => host.resolve?.(specifier) ?? specifier),
      functionOf,
    }
    this.#executor = new Executor({
      workerId,
      slots,
      context,
      claims: claims && new Claims(claims),
      load: (wire, id) => this.#load(wire, home, id),
      files: host.files && (() => host.files?.() as Promise<FileStore>),
      post: (message, transfer) => endpoint.postMessage(message, transfer),
      onTaskEnd: limit && (() => limit.check()),
    })
    const failure = setup && (await this.#setUp(setup, home))
    return failure ?? (limit?.isExceeded ? toWireError(overLimit(limit)) : undefined)
  }

  async call(call: ActorCall): Promise<ActorAnswer> {
    try {
      const value = await this.#executor?.values.call(call)
      const [given, transfer] = isTransferred(value) ? [value.value, transferListOf(value)] : [value, []]
      const found = snapshot(given) === ALONE ? findUncloneable(given, 'result', new Set(transfer)) : undefined
      if (found !== undefined) throw uncloneable(found)
      return moved({ value: given }, transfer as never)
    } catch (error) {
      return { error: toWireError(error) }
    }
  }

  async #setUp(setup: WireSetup, home: FunctionHome): Promise<WireError | undefined> {
    try {
      const { call } = await this.#load(setup.function, home, setup.id)
      await call()
      return undefined
    } catch (error) {
      return explain(error, setup.function)
    }
  }

  #limitMemory(bytes: number | undefined): MemoryLimit | undefined {
    const host = this.#host
    if (bytes === undefined || host.memoryUsed === undefined) return undefined
    return new MemoryLimit(
      bytes,
      () => host.memoryUsed?.() ?? 0,
      () => {
        this.#reason = 'memory'
        host.close()
      },
    )
  }

  currentTask(): RunningTask | undefined {
    return this.#executor?.currentTask()
  }

  stop(): void {
    this.#realm.removeWorker(this)
    this.#executor?.stop()
  }

  // The pool is trusted, being the same package; but the program may post messages of its own to its own worker.
  #receive(message: unknown): void {
    if (!Array.isArray(message)) return
    const [kind, first, second] = message
    if (kind === Message.Start) this.#openControl(first as MessagePort)
    else if (kind === Message.Abort) this.#executor?.abort(first as number[], second && fromWireError(second as WireError))
    else if (kind === Message.Recall) this.#executor?.recall()
    else if (kind === Message.Forget) this.#executor?.forget(first as number[])
    else if (kind === Message.Tasks) this.#executor?.enqueue(message as TasksMessage)
    else if (kind === Message.Put) this.#executor?.values.put(first as number, second, message[3] as Keep)
    else if (kind === Message.Fetch) this.#executor?.values.fetch(first as number)
    else if (kind === Message.Release) this.#executor?.values.release(first as number[])
  }

  #sayGoodbye(code: number | undefined): void {
    this.#executor?.announceRunning()
    if (!this.#missed) this.#host.endpoint.postMessage([Message.Goodbye, code, this.#reason])
  }

  // Tasks were in that message which will never be run here; they are settled by the end of this worker.
  #giveUp(): void {
    this.#missed = true
    this.#host.close()
  }

  #openControl(port: MessagePort): void {
    const control: WorkerControl = { start: (options) => this.start(options), call: (call) => this.call(call) }
    exposeOnPort(control, port as never)
  }
}
