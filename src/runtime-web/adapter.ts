import type { SpawnOptions, WorkerAdapter, WorkerEndpoint, WorkerExit, WorkerHandle } from '../core/adapter.js'
import { ClusterError } from '../core/errors.js'
import { endpointOf, keepingEarly } from './endpoint.js'
import { workerSource } from './worker-source.js'

/** Web Workers. */
export const webAdapter: WorkerAdapter = {
  runtime: 'web',
  // A page is not alone on its machine.
  parallelism: Math.min(8, globalThis.navigator?.hardwareConcurrency ?? 4),
  functions: 'source',
  preemptive: true,
  async spawn(options: SpawnOptions): Promise<WorkerHandle> {
    if (typeof Worker === 'undefined') {
      throw new ClusterError(
        "There are no Web Workers here. In a service worker or a test without a browser, import 'daskflow/runtime-inline'; in Node, 'daskflow/runtime-node'.",
      )
    }
    return new WebWorker(options)
  },
}

class WebWorker implements WorkerHandle {
  readonly id: string
  readonly endpoint: WorkerEndpoint
  readonly exited: Promise<WorkerExit>
  readonly #worker: Worker & { ref?(): void; unref?(): void }
  #exit: (exit: WorkerExit) => void = () => {}

  constructor({ name, source }: SpawnOptions) {
    this.id = name
    // Started from a blob: where a bundler would put a file of ours, nobody knows.
    const blob = source === undefined ? URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' })) : undefined
    this.#worker = createWorker(blob ?? source, name)
    this.endpoint = keepingEarly(endpointOf(this.#worker))
    this.exited = new Promise((resolve) => {
      this.#exit = resolve
    })
    this.#worker.addEventListener('error', (event) => this.#failed(event))
    // Bun tells of the end of a worker; browsers and Deno do not.
    this.#worker.addEventListener('close', (event) => this.#exit({ reason: 'exited', code: (event as CloseEvent).code }))
    if (blob === undefined) return
    // Not before it was read; its first message, or its end, shows that it was.
    const revoke = () => URL.revokeObjectURL(blob)
    this.#worker.addEventListener('message', revoke, { once: true })
    void this.exited.then(revoke)
  }

  async terminate(): Promise<void> {
    this.#worker.terminate()
    this.#exit({ reason: 'terminated' })
  }

  // Bun's alone can let the process end: a page lives as long as its user looks at it.
  ref(): void {
    this.#worker.ref?.()
  }

  unref(): void {
    this.#worker.unref?.()
  }

  // It did not load, or an error was not caught. A worker could go on after the latter, but what it ran may never end.
  #failed(event: ErrorEvent): void {
    event.preventDefault()
    this.#worker.terminate()
    const { error, message, filename, lineno } = event
    const place = filename ? ` (${filename}:${lineno})` : ''
    const text =
      message || 'The script could not be loaded: it is missing, or the page does not allow it (Content-Security-Policy)'
    this.#exit({ reason: 'error', error: error ?? new Error(`${text}${place}`) })
  }
}

function createWorker(source: SpawnOptions['source'], name: string): Worker {
  if (typeof source !== 'function') return new Worker(source as string | URL, { type: 'module', name })
  const made = source()
  if (made instanceof Worker) return made
  throw new ClusterError('The function given as resources.worker must return a Worker')
}
