import { ClusterError, KilledWorkerError, PythonError } from '../../core/errors.js'
import type { FileContents } from '../../core/files.js'
import { messageOf } from '../../core/message-of.js'
import { Serialized } from '../protocol/message.js'
import { readPickle } from '../protocol/pickle-reader.js'
import { writePickle } from '../protocol/pickle-writer.js'
import { PythonCall, PythonGlobal, PythonTuple } from '../protocol/python.js'
import { openSerialized, type SerializedValue } from '../protocol/serialized-value.js'
import { fromPython } from './from-python.js'
import { readArray } from './python-arrays.js'
import { errorToPython, toPython } from './to-python.js'
import { filesOf, withFiles } from './written-files.js'

/** A value, pickled, so that Python reads it as well. @throws {TaskValidationError} naming what cannot go to another machine */
export function encodeValue(value: unknown, name = 'result'): Uint8Array {
  return writePickle(toPython(value, name), name)
}

/** @throws {ClusterError} when it is malformed */
export function decodePickle(pickle: Uint8Array, buffers: readonly Uint8Array[] = []): unknown {
  return fromPython(readPickle(pickle, buffers))
}

const PICKLED = { serializer: 'pickle', writeable: [] }

/** As a client hands a value to workers: a copy. */
export function serialize(value: unknown, name = 'data'): Serialized {
  return new Serialized(PICKLED, [encodeValue(value, name)])
}

/**
 * As a worker hands on what a task made. Large bytes in it are no copies, and MUST NOT change.
 *
 * `wrote`: the files of that task, for its client.
 */
export function serializeResult(value: unknown, wrote: FileContents = []): Serialized {
  const data = toPython(value, 'result')
  const buffers: Uint8Array[] = []
  const pickle = writePickle(wrote.length === 0 ? data : withFiles(data, wrote), 'result', buffers)
  // Of each of them, or Python from 2023 on leaves it out.
  const header = { ...PICKLED, writeable: buffers.map(() => false) }
  return new Serialized(header, [pickle, ...buffers])
}

/** The files of the task that made it. @throws {ClusterError} when it is malformed */
export function filesIn(serialized: Serialized): FileContents {
  const opened = openSerialized(serialized)
  return opened.kind === 'pickle' ? filesOf(readPickle(opened.pickle, opened.buffers)) : []
}

export function serializeError(error: unknown): Serialized {
  return new Serialized(PICKLED, [pickleError(error)])
}

/** Never throws: of an error that holds what cannot go to another machine, its text goes. */
export function pickleError(error: unknown): Uint8Array {
  try {
    return writePickle(errorToPython(error))
  } catch {
    const { name, stack } = error instanceof Error ? error : { name: 'Error', stack: undefined }
    const plain = Object.assign(new Error(messageOf(error) ?? 'an error that cannot be sent'), { name })
    if (typeof stack === 'string') plain.stack = stack
    return writePickle(errorToPython(plain))
  }
}

/** @throws {ClusterError} when it is malformed, or was not to be had */
export function decodeValue(serialized: Serialized): unknown {
  return unwrap(openSerialized(serialized))
}

function unwrap(opened: SerializedValue): unknown {
  switch (opened.kind) {
    case 'pickle':
      return decodePickle(opened.pickle, opened.buffers)
    case 'msgpack':
      return opened.value
    case 'bytes':
      return opened.bytes
    case 'collection': {
      const items = opened.items.map(unwrap)
      return opened.type === 'set' ? new Set(items) : items
    }
    case 'dict':
      return fromPython(new Map(opened.entries.map(([key, item]) => [key, unwrap(item)])))
    case 'unknown':
      return readArray(opened.type, opened.header['sub-header'], opened.frames) ?? nodeOf(opened.type ?? opened.serializer)
  }
}

/** Says what it is. */
function nodeOf(type: string): PythonGlobal {
  const end = type.lastIndexOf('.')
  return new PythonGlobal(type.slice(0, Math.max(0, end)), type.slice(end + 1))
}

/** What a task failed with, as its worker says it. Never throws. */
export function decodeError(uid: string, said: unknown): unknown {
  try {
    // What the scheduler itself says is a pickle without an envelope.
    if (!(said instanceof Serialized || said instanceof Uint8Array)) throw new TypeError('it is in no envelope')
    const value = said instanceof Uint8Array ? said : decodeValue(said)
    // Python's errors are pickles within bytes.
    return toError(uid, value instanceof Uint8Array ? decodePickle(value) : value)
  } catch (cause) {
    return new ClusterError(`Task '${uid}' failed with an error that cannot be read: ${messageOf(cause)}`, { uid, cause })
  }
}

function toError(uid: string, value: unknown): unknown {
  if (!(value instanceof PythonCall)) return value
  const raised = raisedIn(value)
  const pythonClass = raised.callable instanceof PythonGlobal ? (raised.callable.name.split('.').at(-1) as string) : 'Exception'
  if (pythonClass !== 'KilledWorker') return new PythonError(`Task '${uid}' failed in Python: ${raised}`, { uid, pythonClass })
  const message = `Task '${uid}' was on several workers that ended, and is taken for the cause: ${raised}`
  return new KilledWorkerError(message, { uid, workerId: '', reason: 'lost' })
}

/** The exception itself: newer versions of tblib say first how it is put together. */
function raisedIn(call: PythonCall): PythonCall {
  const [first, second] = call.args.items
  if (!/unpickle_exception/.test(String(call.callable))) return call
  const args = second instanceof Map ? second.get('args') : second
  return new PythonCall(first, args instanceof PythonTuple ? args : [])
}
