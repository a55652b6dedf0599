import { cpSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build, preview } from 'vite'
import { root as repository } from '../tools/root.mjs'

/** Builds an example with Vite in the folder of a consumer, whose daskflow it gets, and serves what was built. */
export async function serveExample({ folder }, name) {
  const root = join(folder, name)
  cpSync(resolve(repository, 'examples', name), root, { recursive: true })
  const config = { root, configFile: false, logLevel: 'warn' }
  await build(config)
  const server = await preview({ ...config, preview: { host: '127.0.0.1', port: 0 } })
  return { url: server.resolvedUrls.local[0], close: () => server.close() }
}
