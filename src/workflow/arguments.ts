import type { Path } from '../core/cluster.js'
import { setAt } from '../core/path.js'
import { isThenable } from '../core/thenable.js'
import { takeOut } from '../input/take-out.js'
import { InputFile, OutputFile } from './data.js'

type Standing = PromiseLike<unknown> | InputFile | OutputFile

/** What a task or block was called with: what it waits for, and its files, are found however deep they are. */
export class CallArguments {
  /** In order; once for each time that it stands there. */
  readonly thenables: readonly PromiseLike<unknown>[]
  readonly inputFiles: readonly InputFile[]
  readonly outputFiles: readonly OutputFile[]
  readonly #args: readonly unknown[]
  readonly #paths: readonly Path[]

  constructor(given: readonly unknown[]) {
    const { args, found } = takeOut<Standing>(given, isStanding)
    const files = found.filter(({ item }) => isFile(item))
    const awaited = files.length === 0 ? found : found.filter(({ item }) => !isFile(item))
    for (const { item, path } of files) setAt(args, path, item)
    this.#args = args
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
