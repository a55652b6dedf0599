import { toWireError, type WireError } from '../wire/errors.js'
import type { WireFunction } from '../wire/protocol.js'

const NOT_DEFINED = /^(?:ReferenceError: )?(\S+) is not defined$|^Can't find variable: (\S+)$/

/**
 * The wire form of what a task threw. A shipped function that misses a variable is told what shipping means: it is the
 * first thing that everybody trips over.
 */
export function explain(thrown: unknown, wire: WireFunction): WireError {
  const error = toWireError(thrown)
  if (error.kind === 'value' || error.base !== 'ReferenceError' || wire.kind !== 'source') return error
  const variable = NOT_DEFINED.exec(error.message)?.slice(1).find(Boolean)
  if (variable === undefined) return error
  const hint =
    `. '${wire.name || 'lambda'}' was shipped to a worker as source, where '${variable}' is not visible: pass it as an ` +
    `argument or by withScope(fn, { ${variable} }). Bundlers rewrite names and import(); a moduleFunction or a name of ` +
    'your own worker is not touched by them.'
  const message = error.message + hint
  return { ...error, message, stack: error.stack?.replace(error.message, () => message) }
}
