import { createRequire } from 'node:module'
import { hostname } from 'node:os'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Where a bare specifier leads, seen from the program. @throws {Error} saying where it was looked for, when nowhere */
export function resolveFromProgram(specifier: string): string {
  const folder = process.cwd()
  try {
    const resolved = createRequire(pathToFileURL(`${folder}/`)).resolve(specifier)
    // A builtin resolves to its own name.
    return isAbsolute(resolved) ? pathToFileURL(resolved).href : resolved
  } catch (cause) {
    // Its further lines say the same in the words of `require`.
    const [why] = String((cause as Error).message).split('\n')
    throw new Error(`${why} It was looked for from ${folder}, on ${hostname()}.`, { cause })
  }
}
