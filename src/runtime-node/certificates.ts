import { readFile } from 'node:fs/promises'
import type { Certificates } from '../core/connector.js'
import { ClusterError } from '../core/errors.js'
import { messageOf } from '../core/message-of.js'
import type { Security } from '../core/runtime.js'

/** What TLS needs of them; `undefined` where they hold nothing of it. @throws {ClusterError} naming what cannot be read */
export async function certificatesOf(security: Security = {}): Promise<Certificates | undefined> {
  const { tlsCaFile, tlsClientCert, tlsClientKey } = security
  if ((tlsCaFile ?? tlsClientCert ?? tlsClientKey) === undefined) return undefined
  const [ca, cert, key] = await Promise.all([
    pemOf('tlsCaFile', tlsCaFile),
    pemOf('tlsClientCert', tlsClientCert),
    pemOf('tlsClientKey', tlsClientKey),
  ])
  return { ca, cert, key }
}

async function pemOf(name: string, given: string | undefined): Promise<string | undefined> {
  if (given === undefined || given.includes('-----BEGIN ')) return given
  try {
    return await readFile(given, 'utf8')
  } catch (cause) {
    throw new ClusterError(`security.${name} could not be read: ${messageOf(cause)}`, { cause })
  }
}
