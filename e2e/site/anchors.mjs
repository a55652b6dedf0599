import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The links within a built site whose `#part` is on no page: the build itself looks for pages only. */
export function deadAnchors(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.html'))
  const pages = new Map(files.map((file) => [`/${file}`, readFileSync(join(folder, file), 'utf8')]))
  const dead = []
  for (const [page, html] of pages) {
    for (const [, path, part] of html.matchAll(/<a [^>]*href="([^"#:]*)#([^"]+)"/g)) {
      const target = fileOf(new URL(path, `http://site${page}`).pathname, page, path)
      if (part !== 'VPContent' && !pages.get(target)?.includes(`id="${decodeURIComponent(part)}"`))
        dead.push(`${page}: ${path}#${part}`)
    }
  }
  return [...new Set(dead)]

  function fileOf(pathname, page, path) {
    if (path === '') return page
    if (pathname.endsWith('/')) return `${pathname}index.html`
    return existsSync(join(folder, pathname)) ? pathname : `${pathname}.html`
  }
}
