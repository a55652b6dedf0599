import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { archive } from '../tools/archive.mjs'
import { runNpm } from '../tools/npm.mjs'
import { root } from '../tools/root.mjs'

/**
 * Starts a registry on this machine that has the packed package, and knows where all others are. (Verdaccio, which would
 * do more, needs Node 22.)
 */
export async function startRegistry() {
  const manifest = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'))
  const tarball = readFileSync(resolve(root, archive))
  const others = await registryOfOthers()
  const server = createServer(({ url }, response) => {
    if (url === `/${manifest.name}`) response.end(JSON.stringify(packument(manifest, tarball, `${address}/tarball.tgz`)))
    else if (url === '/tarball.tgz') response.end(tarball)
    else response.writeHead(307, { Location: new URL(url.slice(1), others).href }).end()
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const address = `http://127.0.0.1:${server.address().port}`
  return { url: `${address}/`, close: () => server.close() }
}

async function registryOfOthers() {
  const { output } = await runNpm(['config', 'get', 'registry'])
  return output.trim().split('\n').at(-1)
}

/** What a registry says of a package. */
function packument(manifest, tarball, url) {
  const { name, version } = manifest
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
  const shasum = createHash('sha1').update(tarball).digest('hex')
  const dist = { tarball: url, integrity, shasum }
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } }
}
