import type { SpawnOptions, WorkerAdapter, WorkerEndpoint, WorkerExit, WorkerHandle, WorkerSource } from '../core/adapter.js'
import { ClusterError } from '../core/errors.js'
import { endpointOf, keepingEarly } from './endpoint.js'

/** Web Workers. */
export const webAdapter: WorkerAdapter = {
  runtime: 'web',
  // A page is not alone on its machine.
  parallelism: Math.min(8, globalThis.navigator?.hardwareConcurrency ?? 4),
  functions: 'source',
  preemptive: true,
  // Only pages that are isolated have it.
  sharesMemory: typeof SharedArrayBuffer !== 'undefined',
  async spawn({ name, source }: SpawnOptions): Promise<WorkerHandle> {
    if (typeof Worker === 'undefined') {
      throw new ClusterError(
        "There are no Web Workers here. In a service worker, a shared worker or a test without a browser, import 'daskflow/runtime-inline'; in Node, 'daskflow/runtime-node'.",
      )
    }
    if (source === undefined) return spawnOurs(name)
    return new WebWorker(
      name,
      allowed(() => createTheirs(source, name), THEIRS_FAILED),
      THEIRS_FAILED,
    )
  },
}

const OURS_FAILED =
  'worker-src of the Content-Security-Policy must allow blob:, or give a file as resources.worker: daskflow/web-worker.js'
const THEIRS_FAILED =
  'The script, or what it imports, is missing, does not compile or is of another origin, or worker-src of the Content-Security-Policy forbids it'
const UNTRUSTED =
  'Under require-trusted-types-for, resources.worker must be a function that makes the Worker, of a TrustedScriptURL'

/** WebKit throws where a policy forbids a worker; for others that is an event which says nothing. */
function allowed(create: () => Worker, why: string): Worker {
  try {
    return create()
  } catch (cause) {
    const { name, message } = cause as Error
    throw name === 'SecurityError' ? new ClusterError(`${why}. ${message}`, { cause }) : cause
  }
}

/** @throws {ClusterError} where workers are made of trusted URLs alone, which we have none of */
function createWorker(url: string | URL, name: string): Worker {
  try {
    return new Worker(url, { type: 'module', name })
  } catch (cause) {
    if (!('trustedTypes' in globalThis && cause instanceof TypeError)) throw cause
    throw new ClusterError(`${UNTRUSTED}. ${cause.message}`, { cause })
  }
}

// From a blob: where a bundler would put a file of ours, nobody knows. Its text is not loaded by whoever brings a worker.
async function spawnOurs(name: string): Promise<WebWorker> {
  const { workerSource } = await import('./worker-source.js')
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }))
  const worker = allowed(() => createWorker(url, name), OURS_FAILED)
  const handle = new WebWorker(name, worker, OURS_FAILED)
  // Not before it was read; its first message, or its end, shows that it was.
  const revoke = () => URL.revokeObjectURL(url)
  worker.addEventListener('message', revoke, { once: true })
  void handle.exited.then(revoke)
  return handle
}

function createTheirs(source: WorkerSource, name: string): Worker {
  if (typeof source !== 'function') return createWorker(source, name)
  const made = source()
  if (!isWorker(made)) throw new ClusterError('The function given as resources.worker must return a Worker')
  if (taken.has(made)) throw new ClusterError('The function given as resources.worker must make a new Worker each time')
  taken.add(made)
  return made
}

const taken = new WeakSet<Worker>()

// Not `instanceof`: a page may wrap the class, and a frame has its own.
function isWorker(made: unknown): made is Worker {
  const { postMessage, terminate, addEventListener } = (made ?? {}) as Partial<Worker>
  return [postMessage, terminate, addEventListener].every((method) => typeof method === 'function')
}

class WebWorker implements WorkerHandle {
  readonly id: string
  readonly endpoint: WorkerEndpoint
  readonly exited: Promise<WorkerExit>
  readonly #worker: Worker & { ref?(): void; unref?(): void }
  readonly #terminate: () => void
  #exit: (exit: WorkerExit) => void = () => {}

  /** @param whyFailed what an error means that says nothing */
  constructor(name: string, worker: Worker, whyFailed: string) {
    this.id = name
    this.#worker = worker
    this.endpoint = keepingEarly(endpointOf(worker))
    this.exited = new Promise((resolve) => {
      this.#exit = resolve
    })
    worker.addEventListener('error', (event) => this.#failed(event, whyFailed))
    // Nobody tells of it when somebody else ends it.
    this.#terminate = worker.terminate.bind(worker)
    worker.terminate = () => void this.terminate()
    // Bun tells of the end of a worker; browsers and Deno do not.
    worker.addEventListener('close', (event) => this.#exit({ reason: 'exited', code: (event as CloseEvent).code }))
  }

  async terminate(): Promise<void> {
    this.#terminate()
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
  #failed(event: ErrorEvent, why: string): void {
    event.preventDefault()
    this.#terminate()
    const { error, message, filename, lineno } = event
    const place = filename ? ` (${filename}:${lineno})` : ''
    this.#exit({ reason: 'error', error: error ?? new Error(`${message || why}${place}`) })
  }
}
