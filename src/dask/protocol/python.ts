/**
 * What a pickle says and JavaScript has no value for. These are descriptions: nothing is imported or called because one
 * was read, and whoever wants an effect writes them into a pickle that Python reads.
 */

/** Something that Python finds by name: a function, a class. Protocol 2 has Python 2's names: `__builtin__.xrange`. */
export class PythonGlobal {
  readonly module: string
  /** With dots for what is inside something else: `Expr._reconstruct`. */
  readonly name: string

  constructor(module: string, name: string) {
    this.module = module
    this.name = name
  }

  toString(): string {
    return `${clip(this.module)}.${clip(this.name)}`
  }
}

/**
 * A tuple.
 *
 * No array: whoever asks `Array.isArray` means a list, and what a subclass of Array makes in `map` and `slice` is made by
 * its constructor, which would be called with a length.
 */
export class PythonTuple {
  readonly items: readonly unknown[]

  constructor(items: readonly unknown[]) {
    this.items = items
  }

  toString(): string {
    const { items } = this
    return `(${listed(items)}${items.length === 1 ? ',' : ''})`
  }
}

/** A number that is a float in Python, though it is whole. Numbers that are not are floats without this. */
export class PythonFloat {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }

  toString(): string {
    return Number.isInteger(this.value) ? this.value.toFixed(1) : String(this.value)
  }
}

/** What is done beside the call itself. */
export interface PythonCallDetails {
  /** `new`: the callable is a class, of which `__new__` makes an instance; its `__init__` does not run. */
  readonly how?: 'call' | 'new'
  /** Pickles know these for `new` only, which is what they make of the call. */
  readonly kwargs?: ReadonlyMap<unknown, unknown>
  readonly state?: unknown
  readonly items?: unknown[]
  readonly entries?: Map<unknown, unknown>
}

/** A call, and what is then done to the object that it answers. */
export class PythonCall {
  /** A `PythonGlobal`, or a call that answers what is called. */
  readonly callable: unknown
  readonly args: PythonTuple
  readonly how: 'call' | 'new'
  readonly kwargs: ReadonlyMap<unknown, unknown> | undefined
  // These come after the object is there, and may hold it: a reader fills them in later.
  /** What `__setstate__` gets, or the fields; `null` is Python's `None`, `undefined` that there is none. */
  state: unknown
  /** Appended to the object, as to a list; or added, as to a set. */
  items: unknown[] | undefined
  /** Set on the object, as on a dict. */
  entries: Map<unknown, unknown> | undefined

  constructor(callable: unknown, args: PythonTuple | readonly unknown[], details: PythonCallDetails = {}) {
    this.callable = callable
    this.args = args instanceof PythonTuple ? args : new PythonTuple(args)
    this.how = details.kwargs === undefined ? (details.how ?? 'call') : 'new'
    this.kwargs = details.kwargs
    this.state = details.state
    this.items = details.items
    this.entries = details.entries
  }

  toString(): string {
    const kwargs = this.kwargs === undefined || this.kwargs.size === 0 ? [] : [REST]
    return `${labelOf(this.callable)}(${listed([...this.args.items.slice(0, MAX_LISTED + 1), ...kwargs])})`
  }
}

const MAX_TEXT = 80
const MAX_LISTED = 4
/** Stands for what is not told. */
const REST = { toString: () => '…' }

function clip(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
}

function listed(items: readonly unknown[]): string {
  const labels = items.slice(0, MAX_LISTED).map(labelOf)
  if (items.length > MAX_LISTED) labels.push('…')
  return labels.filter((label, i) => label !== '…' || labels[i - 1] !== '…').join(', ')
}

// One level and no more: nodes hold nodes, and may hold themselves.
function labelOf(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'string') return JSON.stringify(clip(value))
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number' || value instanceof PythonGlobal || value instanceof PythonFloat) return String(value)
  return '…'
}
