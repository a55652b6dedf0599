import { join } from 'node:path'
import ts from 'typescript'

// All that a program may find there by itself: the platform, what Vite makes of imports, and the context of a task.
const AMBIENT = ['@types/node', 'vite/client', 'daskflow/dist/types/globals.d.ts']
const OPTIONS = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  jsx: ts.JsxEmit.ReactJSX,
  lib: ['lib.esnext.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  allowJs: true,
  checkJs: true,
  allowImportingTsExtensions: true,
}
// Who writes JavaScript says no types, and what may be undefined, or anything at all, is told to nobody.
const LOOSE = { strict: false }
const OF_UNKNOWN = /'unknown'/

/** What the compiler of TypeScript says of samples that were written down on a desk. */
export class Types {
  #desk
  #programs

  constructor(desk, samples) {
    this.#desk = desk
    const [ofTypes, plain] = [samples.filter(isOfTypes), samples.filter((sample) => !isOfTypes(sample))]
    this.#programs = { strict: this.#compile(ofTypes, {}), loose: this.#compile(plain, LOOSE) }
  }

  /** What is wrong, with the lines of the page. */
  errorsOf(sample) {
    const first = Number(sample.place.split(':')[1]) + 1
    return this.#diagnostics(this.#desk.pathOf(sample), this.#programOf(sample))
      .filter(({ text }) => isOfTypes(sample) || !OF_UNKNOWN.test(text))
      .map(({ line, text }) => `${sample.page}:${first + line}: ${text}`)
  }

  /** What is wrong with the names that are given to samples. */
  get errorsOfGiven() {
    return this.#diagnostics(this.#desk.given, this.#programs.strict).map(({ text }) => text)
  }

  /** The names that there are for parts of programs. */
  get given() {
    const names = []
    visit(this.#programs.strict.getSourceFile(this.#desk.given), (identifier) => {
      if (ts.isVariableDeclaration(identifier.parent) && identifier.parent.name === identifier) names.push(identifier.text)
    })
    return names
  }

  /** The names that it uses and does not make: it is a part of a program, not a whole one. */
  givenTo(sample) {
    const program = this.#programOf(sample)
    const checker = program.getTypeChecker()
    const names = new Set()
    visit(program.getSourceFile(this.#desk.pathOf(sample)), (identifier) => {
      const declarations = declarationsOf(identifier, checker)
      if (declarations.some((each) => each.getSourceFile().fileName === this.#desk.given)) names.add(identifier.text)
    })
    return [...names]
  }

  #programOf(sample) {
    return isOfTypes(sample) ? this.#programs.strict : this.#programs.loose
  }

  #compile(samples, options) {
    const types = AMBIENT.map((name) => join(this.#desk.folder, 'node_modules', name))
    const files = [this.#desk.given, ...samples.map((sample) => this.#desk.pathOf(sample))]
    return ts.createProgram(files, { ...OPTIONS, ...options, types })
  }

  #diagnostics(path, program) {
    const file = program.getSourceFile(path)
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ start, messageText }) => ({
      line: file.getLineAndCharacterOfPosition(start).line,
      text: ts.flattenDiagnosticMessageText(messageText, '\n'),
    }))
  }
}

function isOfTypes({ language }) {
  return language.startsWith('ts')
}

/** Where a name is from, also the one of `{ name }`, which is two names at once. */
function declarationsOf(identifier, checker) {
  const symbol = ts.isShorthandPropertyAssignment(identifier.parent)
    ? checker.getShorthandAssignmentValueSymbol(identifier.parent)
    : checker.getSymbolAtLocation(identifier)
  return symbol?.declarations ?? []
}

function visit(node, use) {
  if (ts.isIdentifier(node)) use(node)
  ts.forEachChild(node, (child) => visit(child, use))
}
