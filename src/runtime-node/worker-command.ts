import { availableParallelism, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { certificatesOf } from './certificates.js'
import { type Command, UsageError } from './command.js'
import { joinCluster } from './dask.js'
import { LocalCluster } from './index.js'

const USAGE = `Usage: daskflow worker <address> [options]

Joins a Dask cluster with a worker whose tasks are JavaScript's.

  <address>             of the scheduler: tcp://127.0.0.1:8786. Default: the variable DASK_SCHEDULER_ADDRESS
  --name NAME           what the scheduler calls it
  --nthreads N          tasks that it runs at a time, each in a thread (default: the cores of this machine)
  --nworkers N          so many workers (default: 1)
  --resources TEXT      what each has, for tasks that ask for it: "GPU=2 MEM=4"
  --memory-limit BYTES  what each says it may hold: 4e9 (default: its part of the memory)
  --host HOST           under which others reach this machine (default: 127.0.0.1)
  --tls-ca-file FILE    who signs the certificates of the cluster, where its address is tls://
  --tls-cert FILE       the certificate of this worker
  --tls-key FILE        its key
  --worker FILE         your own worker, which calls expose() of daskflow/worker
`

const OPTIONS = {
  name: { type: 'string' },
  nthreads: { type: 'string' },
  nworkers: { type: 'string' },
  resources: { type: 'string' },
  'memory-limit': { type: 'string' },
  host: { type: 'string' },
  'tls-ca-file': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  worker: { type: 'string' },
} as const

/** Joins a cluster, and stays until that is over or the process is told to end. */
export const workerCommand: Command = {
  usage: USAGE,
  async run(argv) {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
    const [address = process.env.DASK_SCHEDULER_ADDRESS, ...more] = positionals
    if (address === undefined || more.length > 0) throw new UsageError('Say the address of one scheduler')
    await work(address, values)
  },
}

async function work(address: string, values: Values): Promise<void> {
  const nworkers = count(values.nworkers, '--nworkers') ?? 1
  const nthreads = count(values.nthreads, '--nthreads') ?? availableParallelism()
  const memoryLimit = count(values['memory-limit'], '--memory-limit') ?? Math.floor(totalmem() / nworkers)
  const resources = resourcesOf(values.resources)
  const certificates = await certificatesOf({
    tlsCaFile: values['tls-ca-file'],
    tlsClientCert: values['tls-cert'],
    tlsClientKey: values['tls-key'],
  })
  const workers = await Promise.all(
    Array.from({ length: nworkers }, async (_, index) => {
      const name = values.name !== undefined && nworkers > 1 ? `${values.name}-${index}` : values.name
      const cluster = new LocalCluster({ nWorkers: nthreads, worker: values.worker })
      const options = { address, host: values.host, name, nthreads, memoryLimit, resources, certificates, cluster, logger: console }
      return joinCluster(options, nworkers)
    }),
  )
  for (const { name, address: own } of workers) console.log(`Worker '${name}' at ${own}, of the cluster at ${address}`)
  const leave = () => void Promise.all(workers.map((worker) => worker.retire()))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave)
  const ends = await Promise.all(workers.map(({ closed }) => closed))
  console.log(`Left the cluster. ${ends[0]?.message}`)
}

interface Values {
  readonly name?: string | undefined
  readonly nthreads?: string | undefined
  readonly nworkers?: string | undefined
  readonly resources?: string | undefined
  readonly 'memory-limit'?: string | undefined
  readonly host?: string | undefined
  readonly 'tls-ca-file'?: string | undefined
  readonly 'tls-cert'?: string | undefined
  readonly 'tls-key'?: string | undefined
  readonly worker?: string | undefined
}

function count(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new Error(`${option} must be an integer, 1 or more, got ${text}`)
}

/** As Dask's own workers are told: `GPU=2 MEM=4`, or with commas. */
function resourcesOf(text = ''): Record<string, number> {
  const pairs = text.split(/[\s,]+/).filter((pair) => pair !== '')
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', amount = ''] = pair.split('=')
      if (name !== '' && amount !== '' && Number(amount) >= 0) return [name, Number(amount)]
      throw new Error(`--resources must be like "GPU=2 MEM=4", got ${text}`)
    }),
  )
}
