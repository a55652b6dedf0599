import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix, relative, resolve, sep } from 'node:path'
import { root } from './root.mjs'
import { SyntaxTree } from './syntax-tree.mjs'

// What must be true of dist and no other tool looks at. Paths are relative to the root of the repository, with slashes.

const manifest = JSON.parse(read('package.json'))
const files = readdirSync(resolve(root, 'dist'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(root, resolve(entry.parentPath, entry.name)).split(sep).join('/'))
const scripts = new Map(files.filter((file) => file.endsWith('.js')).map((file) => [file, new SyntaxTree(read(file))]))

function read(file) {
  return readFileSync(resolve(root, file), 'utf8')
}

/** The paths at the ends of package.json's `exports`, whatever their conditions. */
function* exported(target = manifest.exports) {
  if (typeof target === 'string') yield target
  else for (const value of Object.values(target ?? {})) yield* exported(value)
}

function* missingExports() {
  for (const path of exported()) if (!existsSync(resolve(root, path))) yield `package.json exports ${path}, which is missing`
}

function* missingLicenses() {
  if (!files.includes('dist/THIRD-PARTY.txt')) yield 'dist/THIRD-PARTY.txt, the licences of what is bundled, is missing'
}

/** Only what is made for Node may lean on Node: everything else has to run in browsers too. */
function* needsOfNode() {
  const shared = files.filter((file) => !/^dist\/(node|types\/runtime-node)\//.test(file))
  for (const file of shared) {
    const tree = scripts.get(file)
    for (const name of ['process', 'Buffer']) if (tree?.uses(name)) yield `${file} uses ${name}, which only Node has`
    for (const name of tree?.imports ?? []) if (name.startsWith('node:')) yield `${file} imports ${name}`
    if (file.endsWith('.d.ts') && /['"]node:|types="node"/.test(read(file))) yield `${file} needs the types of Node`
  }
}

/** Edge runtimes have no workers and refuse to make code of strings. */
function* needsOfThreads() {
  for (const [file, tree] of scripts) {
    if (!file.startsWith('dist/inline/')) continue
    for (const name of ['Worker', 'Function', 'eval'])
      if (tree.calls(name)) yield `${file} calls ${name}, which edge runtimes refuse`
    if (tree.importsAtRunTime) yield `${file} imports what is known only at run time, which edge runtimes refuse`
  }
}

/** Yields the imports that lead out of dist, from a file and from the chunks that it shares with others. */
function* importsFrom(file, seen = new Set()) {
  if (seen.has(file)) return
  seen.add(file)
  for (const specifier of scripts.get(file).imports) {
    const chunk = /^\.\.?\//.test(specifier) && posix.join(posix.dirname(file), specifier)
    if (chunk && scripts.has(chunk)) yield* importsFrom(chunk, seen)
    else yield { file, specifier }
  }
}

/** Rollup splits off what two entries share, under a number, and does not say so. */
function* strayChunks() {
  for (const file of scripts.keys())
    if (/\d\.js$|^dist\/[^/]+\.js$/.test(file)) yield `${file} is a part that no entry was meant to have`
}

/** A worker gets no import map, and a page should need none, so a bundle must be whole; Node finds the library's dependencies. */
function* strayImports() {
  for (const entry of scripts.keys()) {
    const [, name] = entry.match(/^dist\/[^/]+\/(index|worker|worker-api|workflow)\.js$/) ?? []
    if (!name) continue
    const packages = entry.startsWith('dist/node/') && !name.startsWith('worker') ? Object.keys(manifest.dependencies ?? {}) : []
    for (const { file, specifier } of importsFrom(entry)) {
      const isAllowed = specifier.startsWith('node:') || packages.some((id) => `${specifier}/`.startsWith(`${id}/`))
      if (!isAllowed) yield `${file} imports ${specifier}, which ${entry} cannot rely on`
    }
  }
}

/** A path of this machine in a published file is of no use to anyone. */
function* pathsOfThisMachine() {
  const folder = root
    .split(sep)
    .join('/')
    .replace(/[^\w/]/g, '\\$&')
  // Not after a name or a dot: in a repository at /src, the `../src/` of a source map would look like its path.
  const pattern = new RegExp(`(?<![\\w.])${folder}`)
  for (const file of files) if (pattern.test(read(file).replace(/\\+/g, '/'))) yield `${file} holds the path of this folder`
}

const problems = [
  ...missingExports(),
  ...missingLicenses(),
  ...needsOfNode(),
  ...needsOfThreads(),
  ...strayChunks(),
  ...strayImports(),
  ...pathsOfThisMachine(),
]
for (const problem of problems) console.log(problem)
if (problems.length > 0) process.exitCode = 1
