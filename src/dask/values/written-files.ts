import type { FileContents } from '../../core/files.js'
import { PythonCall, PythonGlobal, PythonTuple } from '../protocol/python.js'
import { TAG } from './tags.js'

// A dict without that key answers the default that it is given: Python sees the value, and nothing of the files.
const DICT_GET = new PythonGlobal('builtins', 'dict.get')
const KEY = `${TAG}.files`

/** The value of a task, and with it the files that the task wrote. */
export function withFiles(data: unknown, wrote: FileContents): PythonCall {
  return new PythonCall(DICT_GET, [new Map(), new PythonTuple([KEY, ...wrote]), data])
}

/** Whether a dict was asked for that key: what it answers is the value. */
export function isFilesKey(key: unknown): key is PythonTuple {
  return key instanceof PythonTuple && key.items[0] === KEY
}

/** The files that go with a value. */
export function filesOf(data: unknown): FileContents {
  const key = data instanceof PythonCall && String(data.callable) === String(DICT_GET) ? data.args.items[1] : undefined
  const files = isFilesKey(key) ? key.items.slice(1) : []
  return isFileContents(files) ? files : []
}

/** Of names and bytes, in turns. */
export function isFileContents(contents: unknown): contents is FileContents {
  if (!Array.isArray(contents) || contents.length % 2 !== 0) return false
  return contents.every((item, index) => (index % 2 === 0 ? typeof item === 'string' : item instanceof Uint8Array))
}
