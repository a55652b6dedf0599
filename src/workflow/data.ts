import { ValueError } from '../core/errors.js'

/**
 * A file that a task needs, among its arguments: one that a task made that it depends on, by its name; else what is at a
 * path, or a URL.
 */
export class InputFile {
  /** The last part of the path: the name by which the task finds it. */
  readonly filename: string
  /** Where it is. */
  readonly filepath: string

  /** @throws {ValueError} for a path without a file */
  constructor(file: string | URL) {
    const path = typeof file === 'string' ? file : file?.href
    this.filename = fileNameOf(path)
    this.filepath = path
  }

  /** Its name, so that it may stand in a command line. */
  toString(): string {
    return this.filename
  }
}

/** A file that a task makes, among its arguments. */
export class OutputFile {
  /** Its name in the folder of the task. */
  readonly filename: string

  /** @throws {ValueError} for a path without a file; of a path, the last part counts */
  constructor(filename: string) {
    this.filename = fileNameOf(filename)
  }

  /** Its name, so that it may stand in a command line. */
  toString(): string {
    return this.filename
  }
}

function fileNameOf(path: unknown): string {
  if (typeof path !== 'string' || path === '') throw new ValueError('Filename cannot be empty')
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  if (name === '' || name === '.' || name === '..') {
    throw new ValueError(`Invalid filename, the path ${path} does not include a file`)
  }
  return name
}
