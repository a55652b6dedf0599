import { createRequire } from 'node:module'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Where a bare specifier leads, seen from the program. @throws when nowhere */
export function resolveFromProgram(specifier: string): string {
  const resolved = createRequire(pathToFileURL(`${process.cwd()}/`)).resolve(specifier)
  // A builtin resolves to its own name.
  return isAbsolute(resolved) ? pathToFileURL(resolved).href : resolved
}
