import { TaskValidationError } from '../core/errors.js'
import { transfer } from '../core/transfer.js'
import type { WireFunction } from '../wire/protocol.js'

// biome-ignore lint/suspicious/noExplicitAny: whatever the user wrote
export type Callable = (...args: any[]) => unknown

/** A function that is ready to be called in this worker. */
export interface LoadedFunction {
  readonly call: Callable
  /** Whether it may ask for its context other than by `this`. */
  readonly asksForContext: boolean
}

/** What loading needs of the worker it happens in. */
export interface FunctionHome {
  readonly exposed: ReadonlyMap<string, Callable>
  readonly getTaskContext: () => unknown
}

/** Makes a function callable here. @throws TaskValidationError, naming it, when that cannot be done. */
export async function loadFunction(wire: WireFunction, home: FunctionHome): Promise<LoadedFunction> {
  if (wire.kind === 'name') return { call: loadByName(wire.name, home), asksForContext: true }
  if (wire.kind === 'module') return { call: await loadFromModule(wire.module, wire.export), asksForContext: true }
  const source = compilable(wire)
  return {
    call: await compile(wire.name, source, wire.scope?.values ?? {}, home),
    asksForContext: /getTaskContext|import/.test(source),
  }
}

function loadByName(name: string, { exposed }: FunctionHome): Callable {
  const call = exposed.get(name)
  if (call !== undefined) return call
  if (exposed.size === 0) {
    throw new TaskValidationError(
      `There is no function '${name}' here: this worker is the library's own. Give resources.worker a file that calls expose({ ${name} }).`,
    )
  }
  const names = [...exposed.keys()].map((known) => `'${known}'`).join(', ')
  throw new TaskValidationError(`The worker exposes no function '${name}'; it exposes ${names}. Add it to expose({ … }) there.`)
}

async function loadFromModule(module: string, name: string): Promise<Callable> {
  let namespace: Record<string, unknown>
  try {
    namespace = await import(module)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TaskValidationError(`The worker could not import '${module}': ${reason}`, { cause })
  }
  const call = namespace[name]
  if (typeof call === 'function') return call as Callable
  const names = Object.keys(namespace).join(', ') || 'nothing'
  throw new TaskValidationError(`'${module}' exports no function '${name}'; it exports ${names}.`)
}

/** The body of a function that makes the shipped one; its parameters are what the source can see. */
function compilable(wire: WireFunction & { kind: 'source' }): string {
  const helpers = Object.entries(wire.scope?.functions ?? {}).map(([name, source]) => `const ${name} = ${expression(source)};\n`)
  // In a block of its own: what the user names there hides what is named outside of it.
  const body = `{${helpers.join('')}return ${expression(wire.source)};}`
  return `'use strict';${COMPILER_HELPERS.test(body) ? PRELUDE : ''}\n${body}`
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
      error instanceof EvalError && /^(?:async\b\s*)?(?:function\b|\(|[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=>)/u.test(source)
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

async function compile(
  name: string,
  body: string,
  values: Readonly<Record<string, unknown>>,
  home: FunctionHome,
): Promise<Callable> {
  // What the scope gives under one of the library's own names wins, as it would in the user's file.
  const scope: Record<string, unknown> = { getTaskContext: home.getTaskContext, transfer, ...values }
  const label = `daskflow/${name.replace(/[^\w$.-]/g, '_') || 'lambda'}.js`
  let made: unknown
  try {
    const factory = await makeFactory(Object.keys(scope), `${body}\n//# sourceURL=${label}`)
    made = factory(...Object.values(scope))
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    throw new TaskValidationError(`The source of '${name || 'lambda'}' does not compile in a worker. ${reason}`, { cause })
  }
  return made as Callable
}

async function makeFactory(parameters: readonly string[], body: string): Promise<Callable> {
  try {
    return new Function(...parameters, body) as Callable
  } catch (error) {
    // Not a fault of the source: this realm does not evaluate strings, but it may import them.
    if (!(error instanceof EvalError)) throw error
    const module = `export default (${parameters.join(', ')}) => {${body}\n}`
    const bytes = Array.from(new TextEncoder().encode(module), (byte) => String.fromCharCode(byte)).join('')
    const { default: factory } = await import(`data:text/javascript;base64,${btoa(bytes)}`)
    return factory
  }
}
