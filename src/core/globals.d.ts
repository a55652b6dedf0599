/**
 * The names that every runtime has, declared by hand so that shared code compiles without DOM and without Node types.
 * Not emitted: users get these names from their own runtime's types.
 */

declare function setTimeout(callback: () => void, ms?: number): TimerHandle
declare function setInterval(callback: () => void, ms: number): TimerHandle
declare function clearTimeout(timer: TimerHandle | undefined): void
declare function queueMicrotask(callback: () => void): void
declare function structuredClone<T>(value: T, options?: { readonly transfer?: readonly unknown[] }): T
declare function btoa(text: string): string

declare class WebSocket {
  constructor(url: string, protocols?: readonly string[])
  binaryType: 'arraybuffer'
  send(message: Uint8Array): void
  close(): void
  addEventListener(type: 'open' | 'message' | 'error' | 'close', listener: (event: WebSocketEvent) => void): void
}

/** What is read of the events of a WebSocket. */
interface WebSocketEvent {
  /** Of a message. */
  readonly data?: unknown
  /** Of an error, where the platform tells it: pages are not to know. */
  readonly message?: unknown
  readonly error?: unknown
  /** Of the end. */
  readonly code?: number
  readonly reason?: string
}

/** A number in browsers, an object that can be unreferenced in Node, Deno and Bun. */
type TimerHandle = number | { unref?(): void }

interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  throwIfAborted(): void
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

declare class AbortController {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}

interface MessagePort {
  postMessage(message: unknown, transfer?: readonly unknown[]): void
  addEventListener(type: string, listener: (event: never) => void): void
  removeEventListener(type: string, listener: (event: never) => void): void
  start(): void
  close(): void
  onmessage: ((event: never) => void) | null
}

declare const MessagePort: { readonly prototype: MessagePort; [Symbol.hasInstance](value: unknown): boolean }

declare class MessageChannel {
  readonly port1: MessagePort
  readonly port2: MessagePort
}

declare class DOMException extends Error {
  constructor(message?: string, name?: string)
}

declare class URL {
  static createObjectURL(blob: Blob): string
  static revokeObjectURL(url: string): void
  constructor(url: string, base?: string | URL)
  readonly href: string
  readonly protocol: string
}

declare class Blob {
  constructor(parts: readonly string[], options?: { readonly type?: string })
}

declare class TextEncoder {
  encode(text: string): Uint8Array
}

declare class TextDecoder {
  constructor(label?: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean })
  decode(bytes: Uint8Array): string
}

declare const performance: { now(): number; readonly timeOrigin: number }

declare const console: {
  error(...data: unknown[]): void
  warn(...data: unknown[]): void
}
