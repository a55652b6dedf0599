import { split } from 'shlex'
import { ValueError } from '../core/errors.js'

/** A command, as a backend takes it. */
export interface CommandParts {
  readonly executable: string
  readonly arguments: readonly string[]
}

/**
 * What the body of an executable task answered, taken apart as a shell would; where one is to read it, as it is.
 *
 * @throws {ValueError} when it is no command line
 */
export function toCommand(name: string, line: unknown, shell: boolean): CommandParts {
  if (typeof line !== 'string' || line.trim() === '') throw noCommand(name)
  if (shell) return { executable: line, arguments: [] }
  const [executable, ...rest] = splitLine(name, line)
  if (executable === undefined || executable === '') throw noCommand(name)
  return { executable, arguments: rest }
}

function splitLine(name: string, line: string): readonly string[] {
  try {
    return split(line)
  } catch (cause) {
    throw new ValueError(`The command line of executable task '${name}' cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function noCommand(name: string): ValueError {
  return new ValueError(`Executable task '${name}' must return a non-empty command string`)
}
