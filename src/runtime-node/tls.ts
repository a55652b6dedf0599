import type { Certificates } from '../core/connector.js'

/** To connect with. */
export function tlsOptions(certificates: Certificates = {}): object {
  // Who is signed by a cluster's own authority belongs to it, and its certificate does not say which machine it is.
  return certificates.ca === undefined ? certificates : { ...certificates, checkServerIdentity: () => undefined }
}

const HANDSHAKE_MS = 10_000

/** To listen with: whoever connects must be of the cluster, too. */
export function tlsServerOptions(certificates: Certificates): object {
  return { ...certificates, requestCert: true, rejectUnauthorized: true, handshakeTimeout: HANDSHAKE_MS }
}

const UNKNOWN_AUTHORITY =
  'its certificate is not signed by whom this program trusts: security.tlsCaFile (of a worker: --tls-ca-file) names who is'
const HINTS = new Map([
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_AUTHORITY],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_AUTHORITY],
  [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'it asks for a certificate: security.tlsClientCert and security.tlsClientKey (of a worker: --tls-cert, --tls-key)',
  ],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'it does not know who signed our certificate: it is of another cluster'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'our certificate has expired'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['ERR_OSSL_X509_KEY_VALUES_MISMATCH', 'our key is not that of our certificate'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'it speaks no TLS: connect with tcp:// or ws://'],
])

/** What it means that somebody cannot be reached, and what to do, in place of what a library says. */
export function explain(error: Error): Error {
  const code = String((error as { readonly code?: unknown }).code)
  // Where a name has several addresses, the error of all of them has no text.
  const text = HINTS.get(code) ?? (error.message === '' ? code : undefined)
  return text === undefined ? error : new Error(text, { cause: error })
}
