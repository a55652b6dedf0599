import { ClusterError, TaskValidationError } from './errors.js'
import type { TaskFiles } from './files.js'

/**
 * Checks the name of a file in a folder: one that could lead out of it is none.
 *
 * @throws {TaskValidationError} naming it
 */
export function checkFileName(name: unknown, uid: string | undefined): asserts name is string {
  if (typeof name === 'string' && isPlainName(name)) return
  const shown = typeof name === 'string' ? `'${name}'` : String(name)
  throw new TaskValidationError(
    `${ofTask(uid)}${shown} is no name of a file in its folder. Give a name without '/' and '\\', and not '.' or '..'`,
    { uid },
  )
}

function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name)
}

export function missingInput(uid: string, name: string, cause?: unknown): TaskValidationError {
  return new TaskValidationError(
    `${ofTask(uid)}there is no file '${name}' in its folder. A task reads what it wrote, and its InputFiles by their names`,
    { uid, cause },
  )
}

export function missingOutput(uid: string, name: string): TaskValidationError {
  return new TaskValidationError(`${ofTask(uid)}it is done and did not write '${name}', which it promised as an OutputFile`, {
    uid,
  })
}

export function noPath(uid: string, name: string): ClusterError {
  const message = `${ofTask(uid)}'${name}' has no path, since files are not on a disk here. Use files.read and files.write`
  return new ClusterError(message, { code: 'ERR_NOT_SUPPORTED', uid })
}

function ofTask(uid: string | undefined): string {
  return uid === undefined ? '' : `Task '${uid}': `
}

/** In place of the files of a task that has none. */
export class NoFiles implements TaskFiles {
  readonly folder = undefined
  readonly #uid: string

  constructor(uid: string) {
    this.#uid = uid
  }

  async read(name: string): Promise<Uint8Array> {
    return this.path(name)
  }

  async write(name: string): Promise<void> {
    this.path(name)
  }

  path(name: string): never {
    throw new TaskValidationError(
      `${ofTask(this.#uid)}it has no files, so that there is no '${name}'. Declare what it takes and makes: InputFile, OutputFile`,
      { uid: this.#uid },
    )
  }
}
