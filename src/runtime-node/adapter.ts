import { availableParallelism } from 'node:os'
import { pathToFileURL } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import type { SpawnOptions, WorkerAdapter, WorkerEndpoint, WorkerExit, WorkerHandle } from '../core/adapter.js'
import { ClusterError } from '../core/errors.js'
import { endpointOf } from './endpoint.js'

const WORKER_URL = new URL('./worker.js', import.meta.url)

/** Workers as `worker_threads`. */
export const nodeAdapter: WorkerAdapter = {
  runtime: 'node',
  parallelism: availableParallelism(),
  functions: 'source',
  preemptive: true,
  async spawn(options: SpawnOptions): Promise<WorkerHandle> {
    return new NodeWorker(options.name, createWorker(options))
  },
}

function createWorker({ name, source = WORKER_URL }: SpawnOptions): Worker {
  const options: WorkerOptions = { name, ...(isInputTyped() && { execArgv: [] }) }
  if (typeof source !== 'function') return new Worker(toUrl(source), options)
  const made = source()
  if (made instanceof Worker) return made
  throw new ClusterError('The function given as resources.worker must return a Worker of node:worker_threads')
}

// Node takes a URL only as an object, and a string may be a path.
function toUrl(source: string | URL): URL {
  if (source instanceof URL) return source
  return /^[a-z][a-z+.-]+:/i.test(source) ? new URL(source) : pathToFileURL(source)
}

// A worker inherits the flags of its process, and Node refuses this one for a file: `node --input-type=module -e …` could
// not start a worker. The others cannot be handed on one by one, since Node refuses some of those when they are named.
function isInputTyped(): boolean {
  return process.execArgv.some((flag) => flag.startsWith('--input-type'))
}

class NodeWorker implements WorkerHandle {
  readonly id: string
  readonly endpoint: WorkerEndpoint
  readonly exited: Promise<WorkerExit>
  readonly #worker: Worker
  #terminating = false

  constructor(id: string, worker: Worker) {
    this.id = id
    this.#worker = worker
    this.endpoint = endpointOf(worker)
    this.exited = new Promise((resolve) => {
      let failure: { readonly error: unknown } | undefined
      worker.once('error', (error) => {
        failure = { error }
      })
      worker.once('exit', (code) => resolve(this.#exitOf(code, failure)))
    })
  }

  async terminate(): Promise<void> {
    this.#terminating = true
    await this.#worker.terminate()
  }

  ref(): void {
    this.#worker.ref()
  }

  unref(): void {
    this.#worker.unref()
  }

  #exitOf(code: number, failure: { readonly error: unknown } | undefined): WorkerExit {
    if (failure !== undefined) {
      const memory = (failure.error as { code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
      return { reason: memory ? 'memory' : 'error', code, error: failure.error }
    }
    return { reason: this.#terminating ? 'terminated' : 'exited', code }
  }
}
