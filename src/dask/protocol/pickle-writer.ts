import { TaskValidationError } from '../../core/errors.js'
import { messageOf } from '../../core/message-of.js'
import { isRecord } from '../../core/record.js'
import { whatIsWrong } from '../../wire/uncloneable.js'
import { Opcode } from './opcodes.js'
import { DEFAULT_LIMITS } from './pickle-limits.js'
import { PickleSink } from './pickle-sink.js'
import { KeyAt, Place } from './place.js'
import { PythonCall, PythonFloat, PythonGlobal, PythonTuple } from './python.js'
import { findRepeated } from './repeated.js'

/**
 * Writes a pickle of protocol 4, which every Dask can read; with `buffers`, of protocol 5. `undefined` is None, a safe integer an int and any other number
 * a float, a Uint8Array bytes, an array a list, a plain record or Map a dict, a Set a set.
 *
 * An object that is in many places is one object in Python as well, and may be within itself. Texts and numbers are written
 * in each place.
 *
 * @param name what the value is called in errors
 * @param buffers takes what goes beside the pickle, in that order, and MUST NOT change: large bytes, which are not copied then
 * @throws {TaskValidationError} for what Python has nothing for, with its `path`
 */
export function writePickle(value: unknown, name = 'value', buffers?: Uint8Array[]): Uint8Array {
  const place = new Place(name)
  try {
    return new PickleWriter(place, findRepeated(value), buffers).write(value)
  } catch (error) {
    if (error instanceof TaskValidationError) throw error
    // A getter or a proxy that throws, or a value that takes more memory than there is.
    throw refusal(place, `unreadable (${messageOf(error) ?? 'for an unknown reason'})`)
  }
}

function refusal(place: Place, what: string): TaskValidationError {
  const path = place.toString()
  return new TaskValidationError(`${path} is ${what} and cannot be sent to Python`, { path })
}

// As many as Python's own pickler takes at once; each batch waits on the reader's stack.
const BATCH = 1_000
const MAX_NESTING = DEFAULT_LIMITS.nesting
const MAX_BYTES = 2 ** 32 - 1
// Smaller ones may be read into a buffer together with other things.
const LARGE = 2 ** 20
const BYTES = new PythonGlobal('builtins', 'bytes')
const SHORT_TUPLES = [Opcode.EmptyTuple, Opcode.Tuple1, Opcode.Tuple2, Opcode.Tuple3]

class PickleWriter {
  readonly #sink: PickleSink
  readonly #buffers: Uint8Array[] | undefined
  readonly #place: Place
  readonly #repeated: ReadonlySet<unknown>
  /** By what was written: an object, or the text of a global. */
  readonly #memo = new Map<unknown, number>()
  /** What does not exist before all that it holds does. */
  readonly #unmade = new Set<object>()

  constructor(place: Place, repeated: ReadonlySet<unknown>, buffers: Uint8Array[] | undefined) {
    this.#sink = new PickleSink(buffers === undefined ? 4 : 5)
    this.#buffers = buffers
    this.#place = place
    this.#repeated = repeated
  }

  write(value: unknown): Uint8Array {
    this.#write(value)
    return this.#sink.finish()
  }

  #write(value: unknown): void {
    if (value === undefined || value === null) this.#sink.none()
    else if (typeof value === 'boolean') this.#sink.boolean(value)
    else if (typeof value === 'number') this.#sink.number(value)
    else if (typeof value === 'bigint') this.#sink.bigint(value)
    else if (typeof value === 'string') this.#sink.text(value)
    else if (typeof value === 'object') this.#writeObject(value)
    else throw this.#refuse(value)
  }

  #writeObject(value: object): void {
    const index = this.#memo.get(value)
    if (index !== undefined) this.#sink.recall(index)
    else if (value instanceof PythonGlobal) this.#writeGlobal(value)
    else if (value instanceof PythonFloat) this.#sink.float(value.value)
    else if (value instanceof Uint8Array) this.#writeBytes(value)
    else this.#writeCollection(value)
  }

  #writeCollection(value: object): void {
    if (this.#place.depth >= MAX_NESTING) throw refusal(this.#place, `nested more than ${MAX_NESTING} deep`)
    if (value instanceof PythonTuple) this.#writeTuple(value)
    else if (value instanceof PythonCall) this.#writeCall(value)
    else if (Array.isArray(value)) this.#writeList(value)
    else if (value instanceof Set) this.#writeSet(value)
    else if (value instanceof Map || (isRecord(value) && whatIsWrong(value) === undefined)) this.#writeDict(value)
    else throw this.#refuse(value)
  }

  #writeGlobal({ module, name }: PythonGlobal): void {
    // The length, since a text may be cut into a module and a name at more than one place.
    const key = `${module.length} ${module} ${name}`
    const index = this.#memo.get(key)
    if (index !== undefined) {
      this.#sink.recall(index)
      return
    }
    this.#sink.text(module)
    this.#sink.text(name)
    this.#sink.opcode(Opcode.StackGlobal)
    this.#memoize(key)
  }

  #writeBytes(bytes: Uint8Array): void {
    if (whatIsWrong(bytes) !== undefined) throw this.#refuse(bytes)
    if (bytes.length > MAX_BYTES) {
      throw refusal(this.#place, `of ${bytes.length} bytes, more than the ${MAX_BYTES} that fit into one value,`)
    }
    if (this.#buffers !== undefined && isLarge(bytes)) this.#writeBeside(bytes, this.#buffers)
    else this.#sink.bytes(bytes)
    this.#memoizeRepeated(bytes)
  }

  // A buffer by itself would be a view to Python, with other methods than bytes.
  #writeBeside(bytes: Uint8Array, buffers: Uint8Array[]): void {
    this.#writeGlobal(BYTES)
    this.#sink.opcode(Opcode.NextBuffer)
    this.#sink.opcode(Opcode.Tuple1)
    this.#sink.opcode(Opcode.Reduce)
    buffers.push(bytes)
  }

  #writeTuple(tuple: PythonTuple): void {
    const { items } = tuple
    this.#beginMaking(tuple)
    const short = SHORT_TUPLES[items.length]
    if (short === undefined) this.#sink.opcode(Opcode.Mark)
    for (let i = 0; i < items.length; i++) this.#writePart(tuple, i, items[i])
    this.#sink.opcode(short ?? Opcode.Tuple)
    this.#endMaking(tuple)
  }

  #writeCall(call: PythonCall): void {
    this.#beginMaking(call)
    this.#writePart(call, 'callable', call.callable)
    this.#writePart(call, 'args', call.args)
    if (call.kwargs !== undefined) this.#writePart(call, 'kwargs', call.kwargs)
    this.#sink.opcode(call.kwargs !== undefined ? Opcode.NewObjEx : call.how === 'new' ? Opcode.NewObj : Opcode.Reduce)
    this.#endMaking(call)
    // In the order of Python's own pickler, on which a `__setstate__` may count.
    if (call.items !== undefined) this.#within(call, 'items', () => this.#writeItems(call.items ?? []))
    if (call.entries !== undefined) this.#within(call, 'entries', () => this.#writeEntries(call.entries ?? new Map()))
    if (call.state === undefined) return
    this.#writePart(call, 'state', call.state)
    this.#sink.opcode(Opcode.Build)
  }

  #writeList(list: readonly unknown[]): void {
    this.#sink.opcode(Opcode.EmptyList)
    this.#memoizeRepeated(list)
    this.#writeItems(list)
  }

  #writeItems(list: readonly unknown[]): void {
    this.#inBatches(list.length, Opcode.Appends, (i) => this.#writePart(list, i, list[i]))
  }

  #writeSet(set: ReadonlySet<unknown>): void {
    this.#sink.opcode(Opcode.EmptySet)
    this.#memoizeRepeated(set)
    const items = [...set]
    this.#inBatches(items.length, Opcode.AddItems, (i) => this.#within(set, i, () => this.#writeKey(items[i])))
  }

  #writeDict(dict: object): void {
    this.#sink.opcode(Opcode.EmptyDict)
    this.#memoizeRepeated(dict)
    this.#writeEntries(dict)
  }

  #writeEntries(dict: object): void {
    const isMap = dict instanceof Map
    const keys: readonly unknown[] = isMap ? [...dict.keys()] : Object.keys(dict)
    this.#inBatches(keys.length, Opcode.SetItems, (i) => {
      const key = keys[i]
      if (typeof key === 'string') this.#sink.text(key)
      else this.#within(dict, new KeyAt(i), () => this.#writeKey(key))
      this.#within(dict, key, () => this.#write(isMap ? dict.get(key) : (dict as Record<string, unknown>)[key as string]))
    })
  }

  #writeKey(key: unknown): void {
    const isUnhashable = Array.isArray(key) || key instanceof Map || key instanceof Set || isRecord(key)
    if (isUnhashable) throw refusal(this.#place, 'a list, a dict or a set, which is no key and in no set,')
    this.#write(key)
  }

  #inBatches(count: number, opcode: number, writeAt: (i: number) => void): void {
    for (let start = 0; start < count; start += BATCH) {
      this.#sink.opcode(Opcode.Mark)
      for (let i = start; i < Math.min(start + BATCH, count); i++) writeAt(i)
      this.#sink.opcode(opcode)
    }
  }

  #writePart(owner: object, key: unknown, part: unknown): void {
    this.#place.enter(owner, key)
    this.#write(part)
    this.#place.leave()
  }

  // What fails leaves its place as it is: that is what the error names.
  #within(owner: object, key: unknown, write: () => void): void {
    this.#place.enter(owner, key)
    write()
    this.#place.leave()
  }

  #beginMaking(value: object): void {
    if (this.#unmade.has(value)) throw refusal(this.#place, 'a tuple or a call that is needed to make itself,')
    this.#unmade.add(value)
  }

  #endMaking(value: object): void {
    this.#unmade.delete(value)
    this.#memoizeRepeated(value)
  }

  #memoizeRepeated(value: object): void {
    if (this.#repeated.has(value)) this.#memoize(value)
  }

  #memoize(key: unknown): void {
    this.#sink.opcode(Opcode.Memoize)
    this.#memo.set(key, this.#memo.size)
  }

  #refuse(value: unknown): TaskValidationError {
    return refusal(this.#place, whatIsWrong(value) ?? `of type ${typeNameOf(value)}`)
  }
}

// A part of a buffer would keep all of it.
function isLarge({ byteLength, buffer }: Uint8Array): boolean {
  return byteLength >= LARGE && byteLength === buffer.byteLength
}

function typeNameOf(value: unknown): string {
  const name = (value as { readonly constructor?: { readonly name?: unknown } }).constructor?.name
  return typeof name === 'string' && name !== '' ? name : Object.prototype.toString.call(value).slice(8, -1)
}
