import { availableParallelism } from 'node:os'
import { pathToFileURL } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import type { SpawnOptions, WorkerAdapter, WorkerEndpoint, WorkerExit, WorkerHandle, WorkerSource } from '../core/adapter.js'
import { ClusterError } from '../core/errors.js'
import { typeScriptHint } from '../core/typescript-hint.js'
import { endpointOf } from './endpoint.js'
import { LIMITS_MEMORY } from './limits-memory.js'

/** Workers as `worker_threads`. */
export const nodeAdapter: WorkerAdapter = {
  runtime: 'node',
  parallelism: availableParallelism(),
  functions: 'source',
  preemptive: true,
  sharesMemory: true,
  sharesFiles: true,
  limitsMemory: LIMITS_MEMORY,
  async spawn(options: SpawnOptions): Promise<WorkerHandle> {
    return new NodeWorker(options.name, createWorker(options, options.source ?? (await ours())))
  },
}

/** The library's own: a file beside this one, unless this one went into a bundle, where no file of ours is. */
async function ours(): Promise<URL> {
  if (import.meta.url?.endsWith('/dist/node/index.js')) return new URL('./worker.cjs', import.meta.url)
  const { workerSource } = await import('./worker-source.js')
  return new URL(`data:text/javascript,${encodeURIComponent(workerSource)}`)
}

function createWorker({ name, memoryLimit }: SpawnOptions, source: WorkerSource): Worker {
  const options: WorkerOptions = {
    name,
    ...(isInputTyped() && { execArgv: [] }),
    ...(memoryLimit !== undefined && { resourceLimits: { maxOldGenerationSizeMb: Math.max(1, memoryLimit / MiB) } }),
  }
  if (typeof source !== 'function') return new Worker(toUrl(source), options)
  const made = source()
  if (!(made instanceof Worker))
    throw new ClusterError('The function given as resources.worker must return a Worker of node:worker_threads')
  if (taken.has(made)) throw new ClusterError('The function given as resources.worker must make a new Worker each time')
  taken.add(made)
  return made
}

const MiB = 2 ** 20

const taken = new WeakSet<Worker>()

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
        failure = { error: explained(error) }
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

/** The error of a worker, which says what to do where that is known. */
function explained(error: unknown): unknown {
  const hint = error instanceof TypeError ? typeScriptHint(error.message) : ''
  return hint === '' ? error : new TypeError((error as TypeError).message + hint, { cause: error })
}
