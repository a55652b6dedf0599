import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { REMOTE_CHECKS } from '../input/remote.js'
import { UsageError } from './command.js'
import type { DaskWorkerOptions } from './dask-worker-options.js'
import { autoLimit, parseLimit } from './memory-limits.js'
import { securityOf, TLS_OPTIONS } from './tls-arguments.js'

export const USAGE = `Usage: daskflow worker <address> [options]

Joins a Dask cluster with a worker whose tasks are JavaScript's.

  <address>               of the scheduler: tcp://127.0.0.1:8786. Default: the variable DASK_SCHEDULER_ADDRESS
  --scheduler-file FILE   where the scheduler wrote its address (dask-scheduler --scheduler-file)
  --name NAME             what the scheduler calls it
  --nthreads N            tasks that it runs at a time, each in a thread (default: the cores of this machine)
  --nworkers N            so many workers (default: 1)
  --resources TEXT        what each has, for tasks that ask for it: "GPU=2 MEM=4"
  --memory-limit BYTES    what each may hold: 4e9, 4GB, 4GiB, 0.5 (of the memory) or auto (default: auto). Over 80 % of it,
                          it starts no tasks
  --host HOST             where it listens, and under which others reach it (default: 127.0.0.1). 0.0.0.0: it listens
                          everywhere, and is reached by the address that leads to the scheduler
  --listen-address ADDR   where it listens: tcp://0.0.0.0:9000
  --contact-address ADDR  under which others reach it, where that is not where it listens: tcp://example.org:9000
  --tls-ca-file FILE      who signs the certificates of the cluster, where its address is tls://
  --tls-cert FILE         the certificate of this worker
  --tls-key FILE          its key
  --death-timeout SECONDS how long it waits for a scheduler (default: one must be there at first, and may be gone for any time)
  --preload MODULE        a module that each thread imports before its first task; may be said more than once
  --only-modules          refuse functions that are sent as text: run those of modules, and those by name
  --worker FILE           your own worker, which calls expose() of daskflow/worker
  --cwd DIR               start there: modules are found from it
`

const OPTIONS = {
  'scheduler-file': { type: 'string' },
  name: { type: 'string' },
  nthreads: { type: 'string' },
  nworkers: { type: 'string' },
  resources: { type: 'string' },
  'memory-limit': { type: 'string' },
  host: { type: 'string' },
  'listen-address': { type: 'string' },
  'contact-address': { type: 'string' },
  'death-timeout': { type: 'string' },
  ...TLS_OPTIONS,
  preload: { type: 'string', multiple: true },
  'only-modules': { type: 'boolean' },
  worker: { type: 'string' },
  cwd: { type: 'string' },
} as const

/** What was typed. */
export interface WorkerArguments {
  readonly cwd: string | undefined
  /** One for each worker. */
  readonly workers: readonly DaskWorkerOptions[]
}

/** @throws {UsageError} saying which option is wrong */
export function readArguments(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): WorkerArguments {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
  const nworkers = count(values.nworkers, '--nworkers') ?? 1
  const nthreads = count(values.nthreads, '--nthreads') ?? availableParallelism()
  const listenAddress = values['listen-address']
  if (listenAddress !== undefined && (nworkers > 1 || values.host !== undefined))
    throw new UsageError('--listen-address goes with neither --nworkers nor --host')
  if (values['contact-address'] !== undefined && listenAddress === undefined)
    throw new UsageError('--contact-address goes with --listen-address')
  const each = {
    ...schedulerOf(positionals, values['scheduler-file'], env),
    security: securityOf(values),
    nthreads,
    resources: resourcesOf(values.resources),
    memoryLimit: memoryLimitOf(values['memory-limit'], nthreads, nworkers),
    host: values.host,
    listenAddress,
    contactAddress: values['contact-address'],
    deathTimeout: milliseconds(values['death-timeout']),
    preload: values.preload,
    onlyModules: values['only-modules'],
    worker: values.worker,
  }
  const { name } = values
  const names = Array.from({ length: nworkers }, (_, index) => (name !== undefined && nworkers > 1 ? `${name}-${index}` : name))
  return { cwd: values.cwd, workers: names.map((own) => ({ ...each, name: own })) }
}

function schedulerOf(
  [address, ...more]: readonly string[],
  file: string | undefined,
  { DASK_SCHEDULER_ADDRESS }: Readonly<Record<string, string | undefined>>,
): Pick<DaskWorkerOptions, 'address' | 'schedulerFile'> {
  if (more.length === 0 && (address === undefined || file === undefined)) {
    if (file !== undefined) return { schedulerFile: file }
    const found = address ?? DASK_SCHEDULER_ADDRESS
    const wrong = found && REMOTE_CHECKS.address(found)
    if (wrong) throw new UsageError(`<address> ${wrong}, got ${found}`)
    if (found) return { address: found }
  }
  throw new UsageError('Say the address of one scheduler, or its --scheduler-file')
}

function count(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new UsageError(`${option} must be an integer, 1 or more, got ${text}`)
}

function milliseconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (seconds > 0 && Number.isFinite(seconds)) return 1_000 * seconds
  throw new UsageError(`--death-timeout must be seconds, more than 0, got ${text}`)
}

function memoryLimitOf(text = 'auto', nthreads: number, nworkers: number): number {
  const limit = text === 'auto' ? autoLimit(nthreads, nworkers) : parseLimit(text)
  if (limit !== undefined) return limit
  throw new UsageError(`--memory-limit must be like 4e9, 4GB, 4GiB, 0.5 or auto, got ${text}`)
}

/** As Dask's own workers are told: `GPU=2 MEM=4`, or with commas. */
function resourcesOf(text = ''): Record<string, number> {
  const pairs = text.split(/[\s,]+/).filter((pair) => pair !== '')
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', amount = ''] = pair.split('=')
      if (name !== '' && amount !== '' && Number(amount) >= 0) return [name, Number(amount)]
      throw new UsageError(`--resources must be like "GPU=2 MEM=4", got ${text}`)
    }),
  )
}
