import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, posix, resolve } from 'node:path'
import { writeApi } from './api.mjs'
import { root } from './root.mjs'

const FOLDER = 'build/site/pages'
// Files that are pages under another name.
const RENAMED = { 'README.md': 'overview.md', 'CHANGELOG.md': 'changelog.md', 'CONTRIBUTING.md': 'contributing.md' }

/** Gathers all that is a page of the site, but for those of the API. May be called again, when one has changed. */
export function gatherPages() {
  for (const folder of ['guide', 'decisions']) rmSync(resolve(root, FOLDER, folder), { recursive: true, force: true })
  cpSync(resolve(root, 'site/pages'), resolve(root, FOLDER), { recursive: true })
  const sources = [...Object.keys(RENAMED), ...markdownUnder('docs')]
  for (const source of sources) write(toPage(source), relink(source, new Set(sources)))
}

/** Writes the pages of the API. @throws {Error} that says why that could not be done */
export async function writeApiPages() {
  rmSync(resolve(root, FOLDER, 'api'), { recursive: true, force: true })
  const { code, output } = await writeApi(`${FOLDER}/api`)
  if (code !== 0) throw new Error(`${output}The pages of the API could not be written.`)
}

/** Where a Markdown file of the repository is on the site. */
function toPage(source) {
  return RENAMED[source] ?? source.replace(/^docs\//, '')
}

/**
 * The text of a file whose links lead to pages. Pictures come along; a link to a file that is no page, such as an example,
 * is left as the words that it was. One to what is not there stays, for the build to fail of.
 */
function relink(source, sources) {
  const text = readFileSync(resolve(root, source), 'utf8')
  const page = toPage(source)
  return text.replace(/(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)#]+)(#[^)]*)?\)/g, (link, picture, words, path, hash = '') => {
    const target = posix.join(posix.dirname(source), path)
    if (sources.has(target)) return `[${words}](${toRelative(page, toPage(target))}${hash})`
    if (!existsSync(resolve(root, target))) return link
    if (picture === '') return words
    copy(target)
    return `![${words}](${toRelative(page, target)})`
  })
}

function toRelative(from, to) {
  return `./${posix.relative(posix.dirname(from), to)}`
}

function markdownUnder(folder) {
  const files = readdirSync(resolve(root, folder), { recursive: true }).map((file) => posix.join(folder, file))
  return files.filter((file) => file.endsWith('.md'))
}

function write(page, text) {
  const file = resolve(root, FOLDER, page)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function copy(file) {
  cpSync(resolve(root, file), resolve(root, FOLDER, file))
}
