import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { root } from '../../tools/root.mjs'
import { Consumer } from '../consumer.mjs'
import { linkPackages } from './packages.mjs'

const EXTENSIONS = { js: 'mjs', ts: 'mts', python: 'py' }

/** Where samples are written down: in the folder of somebody who installed the package, each page and section apart. */
export class Desk {
  static async create(samples) {
    const desk = new Desk(await Consumer.create())
    // The types of Node for all, and those of Vite for what only its bundles import.
    linkPackages(desk.folder, [...new Set(['@types/node', 'vite', ...samples.flatMap(({ packages }) => packages)])])
    copyFileSync(resolve(root, 'e2e/samples/given.ts'), desk.given)
    for (const sample of samples) if (sample.file !== undefined) desk.#writeForItsPage(sample, samples)
    for (const sample of samples) desk.#write(sample, sample.code)
    return desk
  }

  #consumer

  constructor(consumer) {
    this.#consumer = consumer
  }

  get folder() {
    return this.#consumer.folder
  }

  /** The names that parts of programs go on from: beside the package, whose types they have. */
  get given() {
    return join(this.folder, 'given.ts')
  }

  /** Where a sample is. One without a name gets that of its line. */
  pathOf(sample) {
    const { place, language, file = `${place.split(':')[1]}.${EXTENSIONS[language] ?? language}` } = sample
    return join(this.#folderOf(sample), file)
  }

  /** Writes what can be run of a sample beside it; answers its path. */
  writeProgram(sample, code) {
    const path = this.pathOf(sample).replace(/\.\w+$/, sample.language === 'python' ? '.run.py' : '.run.mjs')
    write(path, code)
    return path
  }

  remove() {
    this.#consumer.remove()
  }

  #folderOf({ page, section }) {
    return join(this.folder, slug(page), slug(section))
  }

  /** A file is there for all of its page; a section that has one of the same name has its own. */
  #writeForItsPage(sample, samples) {
    const others = samples.filter(({ page }) => page === sample.page)
    for (const section of new Set(others.map((other) => other.section)))
      write(join(this.#folderOf({ page: sample.page, section }), sample.file), sample.code)
  }

  #write(sample, code) {
    write(this.pathOf(sample), code)
  }
}

function slug(text) {
  return text.replaceAll(/[^\w]+/g, '-').toLowerCase()
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
