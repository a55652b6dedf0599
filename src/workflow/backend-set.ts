import { atMost } from '../core/at-most.js'
import type { ExecutionBackend, WorkflowSession } from '../core/backend.js'
import { ValueError } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import { isThenable } from '../core/thenable.js'
import { configurationError, hasMethods } from '../input/check-keys.js'
import { AttachedBackend, type BackendHooks } from './attached-backend.js'

const whyNoBackend = hasMethods(
  'submitTasks',
  'cancelTask',
  'shutdown',
  'registerCallback',
  'state',
  'getTaskStatesMap',
  'linkExplicitDataDeps',
  'linkImplicitDataDeps',
)

/** How long backends may take to end: those of this package take 5 s at most. */
const SHUTDOWN_MS = 10_000

/**
 * The backends that a user gave, in a list.
 *
 * @throws {TypeError} with `code` `ERR_RESOURCES` for what is none, and for two of one name
 */
export function checkBackends(given: unknown): readonly ExecutionBackend[] {
  const backends: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (backends.length === 0) throw configurationError('options.backend: the list is empty; leave it out for the default')
  const names = new Set<string>()
  backends.forEach((backend, i) => {
    const what = Array.isArray(given) ? `options.backend[${i}]` : 'options.backend'
    const wrong = whyNoBackend(backend)
    if (wrong !== undefined) throw configurationError(`${what} is no execution backend: it ${wrong}`)
    const { name } = backend as ExecutionBackend
    if (typeof name !== 'string' || name === '') throw configurationError(`${what} must have a name`)
    if (names.has(name)) throw configurationError(`${what}: there is a backend '${name}' already; give each a name of its own`)
    names.add(name)
  })
  return backends as readonly ExecutionBackend[]
}

/** The backends of one engine, by name. The first is the default. */
export class BackendSet {
  readonly #backends: ReadonlyMap<string, AttachedBackend>
  readonly default: AttachedBackend

  /** For `start`. */
  private constructor(backends: readonly AttachedBackend[]) {
    this.#backends = new Map(backends.map((backend) => [backend.name, backend]))
    this.default = backends[0] as AttachedBackend
  }

  /** Starts those that are not started. When one cannot be, none stays. */
  static async start(given: readonly ExecutionBackend[], session: WorkflowSession, hooks: BackendHooks): Promise<BackendSet> {
    const backends: AttachedBackend[] = []
    // What the user started is the user's to end, should another fail.
    const idle: ExecutionBackend[] = []
    try {
      for (const backend of given) backends.push(new AttachedBackend(backend, session, hooks))
      for (const backend of given) if (await isIdle(backend)) idle.push(backend)
      await Promise.all(idle.map(startBackend))
      return new BackendSet(backends)
    } catch (error) {
      for (const backend of backends) backend.detach()
      const ours = backends.filter(({ backend }) => idle.includes(backend))
      await atMost(SHUTDOWN_MS, Promise.all(ours.map((backend) => backend.shutdown())))
      throw error
    }
  }

  /** @throws {ValueError} for a name that no backend has */
  get(name: string | undefined): AttachedBackend {
    const found = name === undefined ? this.default : this.#backends.get(name)
    if (found !== undefined) return found
    const known = [...this.#backends.keys()].map((each) => `'${each}'`).join(', ')
    throw new ValueError(`Backend '${name}' is not registered with this engine. Registered: ${known}`)
  }

  detach(): void {
    for (const backend of this.#backends.values()) backend.detach()
  }

  /** Never rejects, and is bounded. */
  async shutdown(logger: Logger): Promise<void> {
    await Promise.all([...this.#backends.values()].map((backend) => shutDown(backend, logger)))
  }
}

async function isIdle(backend: ExecutionBackend): Promise<boolean> {
  return isThenable(backend) || ('start' in backend && (await backend.state()) === 'DISCONNECTED')
}

async function startBackend(backend: ExecutionBackend): Promise<void> {
  const { start } = backend as { start?: unknown }
  await (typeof start === 'function' ? start.call(backend) : backend)
}

async function shutDown(backend: AttachedBackend, logger: Logger): Promise<void> {
  const failed = (error: unknown) => logger.error(`daskflow: backend '${backend.name}' could not be shut down properly:`, error)
  if (await atMost(SHUTDOWN_MS, backend.shutdown().catch(failed))) return
  logger.error(`daskflow: backend '${backend.name}' did not shut down within ${SHUTDOWN_MS} ms, and was left behind.`)
}
