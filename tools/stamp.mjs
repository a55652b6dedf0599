import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { root } from './root.mjs'

/**
 * A file that says what something was made from.
 *
 * Take the stamp before making the thing and write it afterwards: an edit in between then counts as new.
 */
class Stamp {
  #path
  #hash

  constructor(path, madeFrom) {
    this.#path = resolve(root, path)
    this.#hash = createHash('sha256').update(JSON.stringify(madeFrom)).digest('hex')
  }

  isCurrent() {
    return existsSync(this.#path) && readFileSync(this.#path, 'utf8') === this.#hash
  }

  write() {
    mkdirSync(dirname(this.#path), { recursive: true })
    writeFileSync(this.#path, this.#hash)
  }
}

/** What node_modules is installed from. Some packages are native, so that a folder shared between systems fits one. */
export function dependencyStamp() {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'))
  const lock = existsSync(resolve(root, 'package-lock.json')) && read('package-lock.json')
  return new Stamp('node_modules/.daskflow-stamp', [dependencies, devDependencies, lock, process.platform, process.arch])
}

/** What the packages of a folder with a `package.json` of its own are installed from. */
export function packagesStamp(folder) {
  return new Stamp(`${folder}/node_modules/.daskflow-stamp`, [read(`${folder}/package.json`), process.platform, process.arch])
}

/** What dist is built from. */
export function buildStamp() {
  const configs = readdirSync(root).filter((name) => /^tsconfig.*\.json$/.test(name))
  const files = ['package.json', 'rollup.config.mjs', 'tools/build.mjs', ...configs, ...filesUnder('src')].sort()
  return new Stamp(
    'build/.stamp',
    files.map((file) => [file, read(file)]),
  )
}

function filesUnder(folder) {
  const entries = readdirSync(resolve(root, folder), { withFileTypes: true })
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesUnder(path) : path
  })
}

function read(path) {
  return readFileSync(resolve(root, path), 'utf8')
}
