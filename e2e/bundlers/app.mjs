import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readSamples } from '../sample.mjs'
import { Section } from '../section.mjs'

const INLINE = new URL('./inline.js', import.meta.url)
const GUIDE = 'docs/guide/bundlers.md'
const MANIFEST = { private: true, type: 'module' }

/** What the page shows when all that it does has gone well. */
export const SHOWN = ['a part 78498', 'a part 70435', 'total 148933', 'inline 14']

/** The guide's page beside a page of inline functions, as the starter of a bundler has them: a folder, and nothing else. */
export function makeApp(consumer, name, files = {}) {
  const page = startOf('A page').files
  const html = `${page['index.html']}<script type="module" src="./inline.js"></script>\n`
  const folder = makeFolder(consumer, name, { ...page, 'index.html': html, ...files })
  cpSync(INLINE, join(folder, 'inline.js'))
  return folder
}

/** An application of some files, below the packages of the consumer and of the bundlers. */
export function makeFolder(consumer, name, files) {
  const folder = join(consumer.folder, name)
  for (const [file, text] of Object.entries({ 'package.json': JSON.stringify(MANIFEST), ...files })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  return folder
}

/** A section of the guide to begin with, which has the page and the script. */
export function startOf(heading) {
  return new Section(heading, 'docs/guide/start.md')
}

/** A section of the guide to bundlers. */
export function guideTo(heading) {
  return new Section(heading, GUIDE)
}

/** What a section of it has for `package.json`. */
export function linesOf(heading) {
  const isTheirs = ({ page, section, language }) => page === GUIDE && section === heading && language === 'json'
  return JSON.parse(readSamples().find(isTheirs).code)
}
