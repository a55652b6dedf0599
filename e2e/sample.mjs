import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { root } from '../tools/root.mjs'

const NAMED = /^(?:\/\/|#|<!--) ([\w./-]+\.\w+)(?: -->)?\n/
// Also one that says no language: nothing is overlooked.
const FENCED = /^( *)```(\S*).*\n([\s\S]*?)^ *```$/gm
const PROMISED = /(?:console\.log|print)\(.*\) +(?:\/\/|#) (.+)$/gm

const guides = readdirSync(resolve(root, 'docs/guide')).filter((name) => name.endsWith('.md'))

/** Where samples are. */
export const PAGES = ['README.md', ...guides.map((name) => `docs/guide/${name}`)]

/** A block of code of a page. */
export class Sample {
  /** The page and the line, as editors read them: `README.md:12`. */
  place
  page
  language
  code
  /** The heading above it; `''` for what is above the first. */
  section
  /** The file that its first line says it is; `undefined` for one that has no name. */
  file

  constructor(page, text, { 1: indent, 2: language, 3: code, index }) {
    const before = text.slice(0, index)
    Object.assign(this, { page, language, code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), '') })
    this.place = `${page}:${before.split('\n').length}`
    this.section = before.match(/(?<=^##+ ).+$/gm)?.at(-1) ?? ''
    this.file = NAMED.exec(this.code)?.[1]
  }

  /** What it says that it prints: `console.log(1 + 1) // 2`. */
  get promisedLines() {
    return [...this.code.matchAll(PROMISED)].map(([, line]) => line)
  }

  /** What it imports, in whichever way, by the names of packages. */
  get packages() {
    const names = [...this.code.matchAll(/(?:from|import|import\() ?['"]([^'"./][^'"]*)['"]/g)].map(([, name]) => name)
    return [...new Set(names.map((name) => name.match(/^(@[^/]+\/)?[^/]+/)[0]))]
  }
}

/** All of the README and the guides. */
export function readSamples() {
  return PAGES.flatMap((page) => {
    const text = readFileSync(resolve(root, page), 'utf8')
    return [...text.matchAll(FENCED)].map((match) => new Sample(page, text, match))
  })
}
