import { encodeLatin1, type KnownCall, knownCall } from './known-calls.js'
import type { PickleLimits } from './pickle-limits.js'
import type { PickleSource } from './pickle-source.js'
import { PickleStack } from './pickle-stack.js'
import { PythonCall, PythonGlobal, PythonTuple } from './python.js'

/** What the instructions of a pickle work on. It makes values and descriptions of values; there is no way to run anything. */
export class PickleMachine {
  readonly source: PickleSource
  readonly stack: PickleStack
  readonly #memo = new Map<number, unknown>()
  readonly #buffers: Iterator<Uint8Array>
  readonly #limits: PickleLimits
  #objects = 0
  #encoded = 0

  constructor(source: PickleSource, buffers: readonly Uint8Array[], limits: PickleLimits) {
    this.source = source
    this.stack = new PickleStack(source, limits.stack)
    this.#buffers = buffers.values()
    this.#limits = limits
  }

  /** Pushes a new object. */
  add(value: unknown): void {
    this.#count(1)
    this.stack.push(value)
  }

  addBuffer(): void {
    const { done, value } = this.#buffers.next()
    if (done) throw this.source.error('a buffer that should be beside it is missing')
    this.add(value)
  }

  remember(index = this.#memo.size): void {
    if (this.#memo.size >= this.#limits.memo && !this.#memo.has(index)) {
      throw this.source.error(`it refers to more than ${this.#limits.memo} values`)
    }
    this.#memo.set(index, this.stack.top)
  }

  recall(index: number): void {
    const value = this.#memo.get(index)
    if (value === undefined && !this.#memo.has(index)) throw this.source.error(`value ${index} of its memo is missing`)
    this.stack.push(value)
  }

  addGlobal(module: unknown, name: unknown): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw this.source.error('the name of a global is no text')
    this.add(new PythonGlobal(module, name))
  }

  addCall(callable: unknown, args: unknown): void {
    const tuple = this.#tuple(args)
    const known = knownCall(callable, tuple.items)
    if (known === undefined || !this.#addKnown(known)) this.add(new PythonCall(callable, tuple))
  }

  addNew(callable: unknown, args: unknown, kwargs?: unknown): void {
    if (kwargs !== undefined && !(kwargs instanceof Map)) throw this.source.error('the keyword arguments of a call are no dict')
    this.add(new PythonCall(callable, this.#tuple(args), kwargs === undefined ? { how: 'new' } : { kwargs }))
  }

  appendAll(list: unknown, items: readonly unknown[]): void {
    if (list instanceof PythonCall) list.items ??= []
    const target = list instanceof PythonCall ? list.items : list
    if (!Array.isArray(target)) throw this.source.error('something is appended to what is no list')
    for (const item of items) target.push(item)
  }

  addAll(set: unknown, items: readonly unknown[]): void {
    if (set instanceof PythonCall) {
      this.appendAll(set, items)
      return
    }
    if (!(set instanceof Set)) throw this.source.error('something is added to what is no set')
    this.#count(items.length)
    for (const item of items) set.add(this.#hashable(item))
  }

  /** @param pairs keys and values in turn */
  setAll(dict: unknown, pairs: readonly unknown[]): void {
    if (dict instanceof PythonCall) dict.entries ??= new Map()
    const target = dict instanceof PythonCall ? dict.entries : dict
    if (!(target instanceof Map)) throw this.source.error('an entry is set on what is no dict')
    if (pairs.length % 2 !== 0) throw this.source.error('a key has no value')
    this.#count(pairs.length / 2)
    for (let i = 0; i < pairs.length; i += 2) target.set(this.#hashable(pairs[i]), pairs[i + 1])
  }

  setState(object: unknown, state: unknown): void {
    if (!(object instanceof PythonCall)) throw this.source.error('a state is set on what has none')
    object.state = state
  }

  #tuple(args: unknown): PythonTuple {
    if (args instanceof PythonTuple) return args
    throw this.source.error('the arguments of a call are no tuple')
  }

  #addKnown(known: KnownCall): boolean {
    switch (known.kind) {
      case 'set': {
        const set = new Set()
        this.add(set)
        this.addAll(set, known.items)
        return true
      }
      case 'bytes':
        // Python copies them; but it writes bytes for this call alone.
        this.add(known.bytes)
        return true
      case 'latin1': {
        // As it writes a text for each of these. One that is encoded again and again would be a bomb.
        this.#encoded += known.text.length
        if (this.#encoded > this.source.size) throw this.source.error('its calls make more bytes than it has')
        const bytes = encodeLatin1(known.text)
        if (bytes !== undefined) this.add(bytes)
        return bytes !== undefined
      }
    }
  }

  // Of what Python would refuse: a frozenset is a Set here as well, so those pass.
  #hashable(key: unknown): unknown {
    if (Array.isArray(key) || key instanceof Map) throw this.source.error('a list or a dict is unhashable, and can be no key')
    return key
  }

  #count(objects: number): void {
    this.#objects += objects
    if (this.#objects > this.#limits.objects) throw this.source.error(`it makes more than ${this.#limits.objects} objects`)
  }
}
