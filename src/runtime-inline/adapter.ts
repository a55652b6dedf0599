import type {
  FunctionLookup,
  SpawnOptions,
  WorkerAdapter,
  WorkerEndpoint,
  WorkerExit,
  WorkerHandle,
  WorkerSource,
} from '../core/adapter.js'
import { ClusterError, TaskValidationError } from '../core/errors.js'
import { enterRealm } from '../core/realm.js'
import { loadByName, loadByReference } from '../worker/function.js'
import { type FunctionLoader, runWorker, type StartedWorker } from '../worker/host.js'
import { turnByTimer } from '../worker/turn.js'
import { createChannel, type InlinePort } from './port.js'

/** Workers that are no threads: they run their tasks here, interleaved where these wait. */
export const inlineAdapter: WorkerAdapter = {
  runtime: 'inline',
  // They share one core; more than one makes use of the time in which a task waits.
  parallelism: 4,
  functions: 'reference',
  preemptive: false,
  createChannel,
  async spawn({ name, source, functionOf }: SpawnOptions): Promise<WorkerHandle> {
    if (isWorkerd()) turnByTimer()
    if (source !== undefined) await loadSource(source)
    return new InlineWorker(name, functionOf)
  },
}

// There a message comes in a microtask: while there are tasks, no timer would come, and no other request would go on.
// https://developers.cloudflare.com/workers/runtime-apis/web-standards/#navigatoruseragent
function isWorkerd(): boolean {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: string } }
  return navigator?.userAgent === 'Cloudflare-Workers'
}

/** The user's own module calls `expose`, as it would in a thread. */
async function loadSource(source: WorkerSource): Promise<void> {
  enterRealm()
  if (typeof source === 'function') await source()
  else {
    throw new ClusterError(
      `The inline runtime has no worker to load '${source}' into. Give resources.worker a function that imports it: () => import('./my-worker.js')`,
    )
  }
}

/** By name, or by reference: nothing is evaluated and nothing imported. */
export const loadHere: FunctionLoader = async (wire, home, id) => {
  if (wire.kind === 'name') return { call: loadByName(wire.name, home), asksForContext: true }
  if (wire.kind === 'reference') return { call: loadByReference(wire.name, id, home), asksForContext: true }
  const what = wire.kind === 'module' ? `'${wire.export}' of '${wire.module}'` : `'${wire.name}'`
  throw new TaskValidationError(
    `${what} cannot be loaded: the inline runtime imports no modules and evaluates no source. Import it and submit the function itself.`,
  )
}

class InlineWorker implements WorkerHandle {
  readonly id: string
  readonly endpoint: WorkerEndpoint
  readonly exited: Promise<WorkerExit>
  readonly #port: InlinePort
  readonly #worker: StartedWorker
  #exit: (exit: WorkerExit) => void = () => {}

  constructor(id: string, functionOf: FunctionLookup | undefined) {
    const { port1, port2 } = createChannel()
    this.id = id
    this.#port = port1
    this.endpoint = endpointOf(port1)
    this.exited = new Promise((resolve) => {
      this.#exit = resolve
    })
    this.#worker = runWorker({ endpoint: endpointOf(port2), functionOf, close: () => this.#end('exited') }, loadHere)
  }

  async terminate(): Promise<void> {
    this.#end('terminated')
  }

  // A task keeps the process alive by what it waits for; nothing here does.
  ref(): void {}
  unref(): void {}

  #end(reason: WorkerExit['reason']): void {
    this.#port.close()
    this.#worker.stop()
    this.#exit({ reason })
  }
}

function endpointOf(port: InlinePort): WorkerEndpoint {
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    onMessage(listener) {
      const onMessage = ({ data }: { readonly data: unknown }) => listener(data)
      port.addEventListener('message', onMessage)
      port.start()
      return () => port.removeEventListener('message', onMessage)
    },
    // A message is cloned when it is posted, so that one which arrives can be read.
    onMessageError: () => () => {},
  }
}
