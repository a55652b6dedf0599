import { parseAst } from 'rollup/parseAst'

/** What a built JavaScript file asks of its surroundings, read from its syntax tree: comments and strings do not count. */
export class SyntaxTree {
  #nodes

  constructor(code) {
    this.#nodes = [...nodesIn(parseAst(code))]
  }

  /** The modules that it imports: static imports, re-exports, and dynamic imports of a literal. */
  get imports() {
    return this.#nodes.flatMap(({ source }) => (source?.type === 'Literal' ? source.value : []))
  }

  /** Tells whether it calls something by its name, with `new` or without. */
  calls(name) {
    return this.#nodes.some(({ type, callee }) => /^(New|Call)Expression$/.test(type) && callee.name === name)
  }

  /** Tells whether it imports what is known only when it runs. */
  get importsAtRunTime() {
    return this.#nodes.some(({ type, source }) => type === 'ImportExpression' && source.type !== 'Literal')
  }

  /** Tells whether it uses a name on its own: `process`, but not `adapter.process` nor `{ process: 1 }`. */
  uses(name) {
    return this.#nodes.some((node) => node.type === 'Identifier' && node.name === name)
  }
}

function* nodesIn(node) {
  yield node
  for (const [key, value] of Object.entries(node)) {
    if (isPlainName(node, key)) continue
    for (const child of [value].flat()) if (typeof child?.type === 'string') yield* nodesIn(child)
  }
}

/** Tells whether a part of a node merely names a member. */
function isPlainName(node, key) {
  return !node.computed && ((node.type === 'MemberExpression' && key === 'property') || key === 'key')
}
