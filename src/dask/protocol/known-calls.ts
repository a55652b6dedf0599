import { PythonGlobal } from './python.js'

/** A call that answers a plain value, by what that is made of. */
export type KnownCall =
  | { readonly kind: 'set'; readonly items: readonly unknown[] }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'latin1'; readonly text: string }

/**
 * What is known of a call: those by which Python writes sets and bytes where a protocol has no instruction for them.
 *
 * Answers `undefined` for any other, also for one of the same functions with other arguments: `bytearray(2 ** 40)`.
 */
export function knownCall(callable: unknown, args: readonly unknown[]): KnownCall | undefined {
  if (!(callable instanceof PythonGlobal)) return undefined
  // Compared one by one: either may be megabytes long, and to put them together would copy those for each call.
  const { module, name } = callable
  // In protocol 2 Python 3 uses names that Python 2 could read.
  if (module === 'builtins' || module === '__builtin__') return knownBuiltin(name, args)
  const [text, encoding] = args
  return module === '_codecs' && name === 'encode' && args.length === 2 && typeof text === 'string' && encoding === 'latin1'
    ? { kind: 'latin1', text }
    : undefined
}

function knownBuiltin(name: string, args: readonly unknown[]): KnownCall | undefined {
  if (args.length > 1) return undefined
  const [arg] = args
  switch (name) {
    case 'set':
    case 'frozenset':
      if (args.length === 0) return { kind: 'set', items: [] }
      return Array.isArray(arg) ? { kind: 'set', items: arg } : undefined
    case 'bytes':
    case 'bytearray':
      if (args.length === 0) return { kind: 'bytes', bytes: new Uint8Array(0) }
      return arg instanceof Uint8Array ? { kind: 'bytes', bytes: arg } : undefined
    default:
      return undefined
  }
}

/** Answers `undefined` where a character is none of Latin-1. */
export function encodeLatin1(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0xff) return undefined
    bytes[i] = code
  }
  return bytes
}
