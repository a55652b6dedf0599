import type { Path } from '../core/cluster.js'
import { ClusterError, TaskValidationError } from '../core/errors.js'
import type { FilesCarried } from '../core/files.js'
import { isRecord } from '../core/record.js'
import { writePickle } from './protocol/pickle-writer.js'
import { PythonCall, PythonGlobal, PythonTuple } from './protocol/python.js'
import { type PythonFunctionCall, ValueOf } from './remote/graph.js'
import { toPython } from './values/to-python.js'
import { decodePickle, encodeValue } from './values/values.js'
import { isFileContents } from './values/written-files.js'

// A function that every Python has. On a worker of Python the task fails, and its error says where it belongs.
const FUNCTION = new PythonGlobal('importlib', 'import_module')
const MARK = 'js_task_needs_a_javascript_worker'

/** What a JavaScript worker is to call, as it goes through the scheduler. */
export interface TaskCall {
  readonly uid: string
  readonly name: string
  readonly args: readonly unknown[]
  /** Where in the arguments values of other tasks belong, and their keys. */
  readonly inputs: readonly (readonly [path: Path, key: string])[]
  readonly timeout?: number | undefined
  /** The function is a class, whose object stays on the worker. */
  readonly actor?: boolean | undefined
  /** The files that it takes, and those that it is to write. */
  readonly files?: FilesCarried | undefined
  /** Where its client hears that it runs, and what it reports. */
  readonly topic?: string | undefined
}

/**
 * `fn`: the function, encoded: many tasks have the same.
 *
 * @throws {TaskValidationError} naming what of the arguments cannot go to another machine
 */
export function encodeCall(fn: Uint8Array, { args, ...call }: TaskCall, dependencies: readonly string[]): PythonFunctionCall {
  const values = dependencies.map((key) => new ValueOf(key))
  return { function: FUNCTION, args: [MARK, fn, encodeValue(call, 'task'), encodeValue(args, 'args'), ...values] }
}

/** A call of one of Python's functions. @throws {TaskValidationError} naming what of the arguments Python has nothing for */
export function pythonCall(name: PythonGlobal, args: readonly unknown[], inputs: TaskCall['inputs']): PythonFunctionCall {
  const given = args.map((arg, index) => toPython(arg, `args[${index}]`))
  for (const [path, key] of inputs) {
    if (path.length !== 1)
      throw new TaskValidationError('A function of Python takes futures as arguments, not within them', { path: 'args' })
    given[path[0] as number] = new ValueOf(key)
  }
  // What cannot be written is refused before the graph is, with which others go.
  writePickle(
    given.filter((arg) => !(arg instanceof ValueOf)),
    'args',
  )
  return { function: name, args: given }
}

/**
 * The call in what a scheduler hands a worker; `undefined` in a task of Python's. Each version wraps it in its own way, so that
 * it is looked for.
 *
 * @throws {ClusterError} for what is marked as one and is none
 */
export function findCall(data: unknown): { readonly fn: Uint8Array; readonly call: TaskCall } | undefined {
  const marked = findMarked(data, new Set())
  if (marked === undefined) return undefined
  const [, fn, about, args] = marked
  const [read, given] = [about, args].map((part) => (part instanceof Uint8Array ? decodePickle(part) : undefined))
  if (fn instanceof Uint8Array && isTaskCall(read) && Array.isArray(given)) return { fn, call: { ...read, args: given } }
  throw new ClusterError(
    'The task is marked for a JavaScript worker, but says no call that this one can read. Submit it with this version of daskflow',
  )
}

function findMarked(data: unknown, seen: Set<unknown>): readonly unknown[] | undefined {
  if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data) || seen.has(data)) return undefined
  seen.add(data)
  const items = data instanceof PythonTuple ? data.items : Array.isArray(data) ? data : undefined
  if (items?.[0] === MARK) return items
  const parts = items ?? (data instanceof Map ? [...data.values()] : data instanceof PythonCall ? partsOf(data) : [])
  for (const part of parts) {
    const found = findMarked(part, seen)
    if (found !== undefined) return found
  }
  return undefined
}

function partsOf({ args, kwargs, state, items, entries }: PythonCall): readonly unknown[] {
  return [args, kwargs, state, items, entries]
}

function isTaskCall(value: unknown): value is Omit<TaskCall, 'args'> {
  if (!isRecord(value) || typeof value.uid !== 'string' || typeof value.name !== 'string') return false
  const { inputs, topic, timeout, files } = value
  if (!(topic === undefined || typeof topic === 'string') || !(timeout === undefined || typeof timeout === 'number')) return false
  return Array.isArray(inputs) && inputs.every(isInput) && (files === undefined || isCarried(files))
}

function isInput(input: unknown): boolean {
  if (!Array.isArray(input)) return false
  const [path, key] = input
  return Array.isArray(path) && path.length > 0 && typeof key === 'string'
}

function isCarried(files: unknown): boolean {
  if (!isRecord(files) || !isFileContents(files.contents) || !Array.isArray(files.outputs)) return false
  return files.outputs.every((name) => typeof name === 'string')
}
