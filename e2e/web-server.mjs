import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

// Both of the first are needed for SharedArrayBuffer, on scripts of workers too.
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}
const TYPES = { css: 'text/css', html: 'text/html', js: 'text/javascript', mjs: 'text/javascript' }

/**
 * Serves the files of a folder on a free port of this machine.
 *
 * @param policyOf answers the `Content-Security-Policy` of a path, where it has one
 */
export async function serve(folder, policyOf = () => undefined) {
  const server = createServer(({ url }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const policy = policyOf(pathname)
    const headers = { ...HEADERS, ...(policy && { 'Content-Security-Policy': policy }) }
    const file = join(folder, pathname === '/' ? 'index.html' : pathname)
    if (pathname.includes('..') || !statSync(file, { throwIfNoEntry: false })?.isFile())
      return response.writeHead(404, headers).end()
    response.writeHead(200, { ...headers, 'Content-Type': TYPES[file.split('.').at(-1)] ?? 'application/octet-stream' })
    response.end(readFileSync(file))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() }
}
