import type { Security } from '../core/runtime.js'

/** What commands take to speak to a cluster at `tls://`, named as Dask's own commands name it. */
export const TLS_OPTIONS = {
  'tls-ca-file': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
} as const

type TlsValues = Readonly<Partial<Record<keyof typeof TLS_OPTIONS, string | undefined>>>

export function securityOf(values: TlsValues): Security {
  return { tlsCaFile: values['tls-ca-file'], tlsClientCert: values['tls-cert'], tlsClientKey: values['tls-key'] }
}
