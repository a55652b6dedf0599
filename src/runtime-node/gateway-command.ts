import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { certificatesOf } from './certificates.js'
import { type Command, UsageError } from './command.js'
import { securityOf, TLS_OPTIONS } from './tls-arguments.js'

const USAGE = `Usage: daskflow gateway <address> [options]

Listens for WebSockets, by which pages reach a Dask cluster. A page that is let in can run any code there.

  <address>             of the scheduler: tcp://127.0.0.1:8786. Default: the variable DASK_SCHEDULER_ADDRESS
  --listen HOST:PORT    where (default: 127.0.0.1:8080). Port 0: any that is free
  --allow-origin ORIGIN of pages that may use it: https://app.example. As often as there are such
  --token-file FILE     whose text all who use it must have. Or the variable DASKFLOW_GATEWAY_TOKEN
  --max-connections N   open at a time (default: 1000)
  --tls-ca-file FILE    who signs the certificates of the cluster, where its address is tls://
  --tls-cert FILE       the certificate of the gateway. It needs a token then, since who is let in has what it allows
  --tls-key FILE        its key
`

const OPTIONS = {
  listen: { type: 'string', default: '127.0.0.1:8080' },
  'allow-origin': { type: 'string', multiple: true },
  'token-file': { type: 'string' },
  'max-connections': { type: 'string', default: '1000' },
  ...TLS_OPTIONS,
} as const

/** Leads pages to a scheduler, until the process is told to end. */
export const gatewayCommand: Command = {
  usage: USAGE,
  async run(argv) {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
    const [address = process.env.DASK_SCHEDULER_ADDRESS, ...more] = positionals
    if (address === undefined || more.length > 0) throw new UsageError('Say the address of one scheduler')
    const allowedOrigins = values['allow-origin'] ?? []
    // Loaded here, with what it needs: no other command does.
    const { startGateway } = await import('./gateway.js')
    const gateway = await startGateway({
      address,
      ...listenOf(values.listen),
      allowedOrigins,
      token: await tokenOf(values['token-file']),
      certificates: await certificatesOf(securityOf(values)),
      maxConnections: countOf(values['max-connections']),
    })
    const told = new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve)
    })
    console.log(`Gateway to ${address} at ${gateway.url}`)
    console.log(
      allowedOrigins.length > 0 ? `Pages of ${allowedOrigins.join(' ')} may use it` : 'No page may use it: see --allow-origin',
    )
    await told
    await gateway.close()
  },
}

function listenOf(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host !== undefined && Number(port) < 65_536) return { host, port: Number(port) }
  throw new UsageError(`--listen must be like 127.0.0.1:8080 or [::1]:8080, got ${text}`)
}

// Not an argument of the command: others on this machine can read those.
async function tokenOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return process.env.DASKFLOW_GATEWAY_TOKEN
  return (await readFile(file, 'utf8')).trim()
}

function countOf(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new UsageError(`--max-connections must be an integer, 1 or more, got ${text}`)
}
