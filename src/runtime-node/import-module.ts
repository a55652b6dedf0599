import { resolveFromProgram } from './resolve.js'

/** Imports a module by its URL, or as the program sees it; where it sees none, as this package does. */
export function importModule(specifier: string): Promise<Record<string, unknown>> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ urlOf(specifier))
}

function urlOf(specifier: string): string {
  if (/^[a-z][a-z+.-]*:/i.test(specifier)) return specifier
  try {
    return resolveFromProgram(specifier)
  } catch {
    return specifier
  }
}
