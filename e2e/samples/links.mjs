import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { root } from '../../tools/root.mjs'

const LINK = /\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g

/** The links of a page to what is not there: no file, or no heading of that page. */
export function brokenLinks(page) {
  const text = readFileSync(resolve(root, page), 'utf8')
  return [...text.matchAll(LINK)].flatMap(([link, path, anchor]) => {
    const file = path === '' ? resolve(root, page) : resolve(root, dirname(page), path)
    return existsSync(file) && (anchor === undefined || anchorsOf(file).includes(anchor)) ? [] : [`${page}: ${link}`]
  })
}

/** As GitHub makes them of headings. */
function anchorsOf(file) {
  const headings = readFileSync(file, 'utf8').match(/^#+ .+$/gm) ?? []
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
