/** Takes the types out of a module, for those that run no TypeScript. A dependency does it: it must be installed. */
export async function transpile(text) {
  const { default: ts } = await import('typescript')
  const { ModuleKind, ScriptTarget } = ts
  const compilerOptions = { target: ScriptTarget.ES2022, module: ModuleKind.ESNext, verbatimModuleSyntax: true }
  return ts.transpileModule(text, { compilerOptions }).outputText
}
