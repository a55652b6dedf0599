import { isBuiltin } from 'node:module'

// Of a package that is installed: no URL, which may hold the code itself, and no path, which may lead to any file.
const SPECIFIER = /^(?:@[\w.-]+\/)?[\w-][\w.-]*(?:\/[\w@.-]+)*$/

// This package is always there, and runs commands for whoever asks.
const OURS = /^daskflow(?:\/|$)/i

/** Why a worker that runs functions of modules and by name alone refuses one; `undefined` where it does not. */
export function refusalOf({ kind, name, module }: Readonly<Record<string, unknown>>): string | undefined {
  if (kind === 'name') return undefined
  if (kind !== 'module') return `The worker refuses '${name}', which was sent as text. ${HOW}`
  const specifier = String(module)
  // Node's own start programs for whoever asks.
  const isOne =
    SPECIFIER.test(specifier) && !specifier.split('/').includes('..') && !isBuiltin(specifier) && !OURS.test(specifier)
  return isOne ? undefined : `The worker refuses the module '${specifier.slice(0, 100)}'. ${HOW}`
}

const HOW =
  'It runs functions of packages that are installed where it is, and those by name: ' +
  "moduleFunction('pkg/tasks', 'run'). That is its option onlyModules."
