import type { Path } from '../core/cluster.js'
import { setAt } from '../core/path.js'
import { isThenable } from '../core/thenable.js'
import { takeOut } from '../input/take-out.js'
import { InputFile, OutputFile } from './data.js'

const NONE: readonly never[] = []

type Standing = PromiseLike<unknown> | InputFile | OutputFile

/** What a task or block was called with: what it waits for, and its files, are found however deep they are. */
export class CallArguments {
  /** In order; once for each time that it stands there. */
  readonly thenables: readonly PromiseLike<unknown>[] = NONE
  readonly inputFiles: readonly InputFile[] = NONE
  readonly outputFiles: readonly OutputFile[] = NONE
  readonly #args: readonly unknown[]
  readonly #paths: readonly Path[] = NONE

  constructor(given: readonly unknown[]) {
    const { args, found } = takeOut<Standing>(given, isStanding)
    this.#args = args
    // Most stand alone.
    if (found.length === 0) return
    const files = found.filter(({ item }) => isFile(item))
    for (const { item, path } of files) setAt(args, path, item)
    const awaited = found.filter(({ item }) => !isFile(item))
    this.#paths = awaited.map(({ path }) => path)
    this.thenables = awaited.map(({ item }) => item as PromiseLike<unknown>)
    this.inputFiles = files.map(({ item }) => item).filter((item) => item instanceof InputFile)
    this.outputFiles = files.map(({ item }) => item).filter((item) => item instanceof OutputFile)
  }

  /** The arguments, with the values in place. Called once. */
  fill(values: readonly unknown[]): readonly unknown[] {
    this.#paths.forEach((path, i) => {
      setAt(this.#args, path, values[i])
    })
    return this.#args
  }
}

function isStanding(value: unknown): value is Standing {
  return isFile(value) || isThenable(value)
}

function isFile(value: unknown): value is InputFile | OutputFile {
  return value instanceof InputFile || value instanceof OutputFile
}
