import { TaskValidationError } from '../core/errors.js'
import { transfer } from '../core/transfer.js'
import type { WireFunction } from '../wire/protocol.js'
import type { Callable } from './function.js'

type WireSource = WireFunction & { readonly kind: 'source' }

/** Makes a function of its source. @throws {TaskValidationError} naming it, when it does not compile */
export async function compile(wire: WireSource, getTaskContext: () => unknown): Promise<Callable> {
  const name = wire.name || 'lambda'
  try {
    const factory = await makeFactory(['getTaskContext', 'transfer', SCOPE], `${bodyOf(wire)}\n//# sourceURL=${labelOf(name)}`)
    const made: unknown = factory(getTaskContext, transfer, wire.scope?.values ?? {})
    if (typeof made === 'function') return made as Callable
    throw new TypeError('it is no function by itself; a method with a computed name is one only in its class')
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    throw new TaskValidationError(`The source of '${name}' does not compile in a worker. ${reason}`, { cause })
  }
}

/** Whether its context is asked for other than by `this`, also by what it prints: carrying the context along costs every call. */
export function asksForContext({ source, scope }: WireSource): boolean {
  return [source, ...Object.values(scope?.functions ?? {})].some((text) => /getTaskContext|import|console/.test(text))
}

// The parameter that holds the scope's values.
const SCOPE = '$daskflow'

/** The body of a function that makes the shipped one. */
function bodyOf({ source, scope }: WireSource): string {
  const values = `const {${Object.keys(scope?.values ?? {}).join(', ')}} = ${SCOPE};`
  const helpers = Object.entries(scope?.functions ?? {}).map(([name, text]) => `const ${name} = ${expression(text)};\n`)
  // In a block of its own: what the user names there hides what is named outside of it.
  const body = `{${values}${helpers.join('')}return ${expression(source)};}`
  return `'use strict';${COMPILER_HELPERS.test(body) ? PRELUDE : ''}\n${body}`
}

function labelOf(name: string): string {
  return `daskflow/${name.replace(/[^\w$.-]/g, '_')}.js`
}

// A method's source is an expression only inside an object.
function expression(source: string): string {
  return isExpression(source) ? `(${source})` : `Object.values({${source}})[0]`
}

function isExpression(source: string): boolean {
  try {
    new Function(`(${source})`)
    return true
  } catch (error) {
    // Where strings are not evaluated, all that can be done is to look.
    return (
      error instanceof EvalError &&
      /^(?:async\b(?:\s|\/\*[\s\S]*?\*\/)*)?(?:function\b|\(|[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=>)/u.test(source)
    )
  }
}

// What tsc, esbuild and Babel call in place of `async` and for `keepNames`; the helpers themselves stay behind in the
// user's bundle.
const COMPILER_HELPERS = /\b(?:__awaiter|__async|_?asyncToGenerator|__name)\b/
const PRELUDE = [
  'const __run = (it) => new Promise((resolve, reject) => {',
  'const step = (how, value) => { let r; try { r = it[how](value) } catch (e) { return reject(e) }',
  "if (r.done) resolve(r.value); else Promise.resolve(r.value).then((v) => step('next', v), (e) => step('throw', e)) }",
  "; step('next') });",
  'const __awaiter = (self, args, P, body) => __run(body.apply(self, args || []));',
  'const __async = (self, args, body) => __run(body.apply(self, args));',
  'const _asyncToGenerator = (body) => function () { return __run(body.apply(this, arguments)) };',
  'const asyncToGenerator = _asyncToGenerator;',
  'const __name = (target) => target;',
].join(' ')

async function makeFactory(parameters: readonly string[], body: string): Promise<Callable> {
  try {
    return new Function(...parameters, body) as Callable
  } catch (error) {
    // Not a fault of the source: this realm does not evaluate strings, but it may import them.
    if (!(error instanceof EvalError)) throw error
    return importDefault(`export default (${parameters.join(', ')}) => {${body}\n}`)
  }
}

/** A policy of a page may allow `blob:` alone; Node knows `data:` alone. */
async function importDefault(source: string): Promise<Callable> {
  let refusal: unknown
  for (const urlOf of [blobUrl, dataUrl]) {
    const url = urlOf(source)
    try {
      const { default: value } = await import(/* webpackIgnore: true */ /* @vite-ignore */ url)
      return value
    } catch (error) {
      if (error instanceof SyntaxError) throw error
      refusal = error
    } finally {
      // Of a `data:` URL there is nothing to revoke, and nothing happens.
      URL.revokeObjectURL(url)
    }
  }
  throw new EvalError(
    "Nothing here makes code of text: where a page has a Content-Security-Policy, its script-src must allow blob: or 'unsafe-eval'. If it must not, expose the function by name in a worker of your own, or use moduleFunction()",
    { cause: refusal },
  )
}

function blobUrl(source: string): string {
  return URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
}

function dataUrl(source: string): string {
  const bytes = Array.from(new TextEncoder().encode(source), (byte) => String.fromCharCode(byte)).join('')
  return `data:text/javascript;base64,${btoa(bytes)}`
}
