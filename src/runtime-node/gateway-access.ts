import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { TaskValidationError } from '../core/errors.js'

/** What the gateway speaks, among the subprotocols that a client offers. */
export const SUBPROTOCOL = 'daskflow'

const BEARER = 'bearer.'

/** Why somebody is not let in, as HTTP says it. */
export interface Refusal {
  readonly status: 401 | 403 | 404
  readonly text: string
}

/**
 * Says who may use the gateway.
 *
 * A browser says in `Origin` whose page asks, and no page can change that. So a list of exact origins keeps all others out,
 * also those that DNS rebinding leads here: their `Host` is ours, their `Origin` is not. A program can say what it likes;
 * against those there is the token.
 */
export class GatewayAccess {
  readonly #origins: ReadonlySet<string>
  readonly #token: Uint8Array | undefined

  /** @throws {TaskValidationError} for an origin that no browser sends, and for a token that is easily guessed */
  constructor(origins: readonly string[], token: string | undefined) {
    for (const origin of origins) requireOrigin(origin)
    if (token !== undefined) requireToken(token)
    this.#origins = new Set(origins)
    this.#token = token === undefined ? undefined : digest(token)
  }

  /** `undefined`: it may come in. */
  refusal({ url = '', headers }: IncomingMessage): Refusal | undefined {
    if (url.split('?')[0] !== '/') return { status: 404, text: 'The gateway is at the path /.' }
    const { origin } = headers
    if (origin !== undefined && !this.#origins.has(origin)) {
      return { status: 403, text: 'Pages of this origin may not use the gateway: it was started without --allow-origin for it.' }
    }
    // Without a token and without an origin it is a program on this machine, which could speak with the scheduler itself.
    if (this.#token === undefined || this.#isToken(tokenOf(headers))) return undefined
    return { status: 401, text: 'The gateway needs its token.' }
  }

  // Digests are of one length, and tell nothing by how long they take to compare.
  #isToken(given: string | undefined): boolean {
    return given !== undefined && this.#token !== undefined && timingSafeEqual(digest(given), this.#token)
  }
}

/** A page cannot set headers of a WebSocket, but subprotocols. A query would be written into logs. */
function tokenOf(headers: IncomingMessage['headers']): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
  if (bearer !== undefined) return bearer
  const offered = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim())
  const encoded = offered?.find((name) => name.startsWith(BEARER))?.slice(BEARER.length)
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64url').toString()
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}

function requireOrigin(origin: string): void {
  if (originOf(origin) === origin) return
  const meant = originOf(origin)
  const hint = meant === undefined ? "like 'https://app.example' or 'http://localhost:5173'" : `'${meant}'`
  throw new TaskValidationError(`An allowed origin must be written as browsers send it, ${hint}, got '${origin}'`)
}

/** As a browser would send it. Those of extensions have no `origin` of their own here, but are sent as they are written. */
function originOf(text: string): string | undefined {
  if (!URL.canParse(text) || text.includes('*')) return undefined
  const { origin, protocol, host } = new URL(text)
  if (origin !== 'null') return origin
  return host === '' ? undefined : `${protocol}//${host}`
}

function requireToken(token: string): void {
  if (/^[\x21-\x7e]{16,1024}$/.test(token)) return
  throw new TaskValidationError(
    `The token of a gateway must be 16 to 1024 visible ASCII characters without blanks, got ${token.length} characters. openssl rand -hex 32 makes one`,
  )
}
