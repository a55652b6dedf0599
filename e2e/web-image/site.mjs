import { cpSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build, preview } from 'vite'
import { root as repository } from '../../tools/root.mjs'

/** Builds examples/web-image with Vite in the folder of a consumer, whose daskflow it gets, and serves what was built. */
export async function serveExample({ folder }) {
  const root = join(folder, 'web-image')
  cpSync(resolve(repository, 'examples/web-image'), root, { recursive: true })
  const config = { root, configFile: false, logLevel: 'warn' }
  await build(config)
  const server = await preview({ ...config, preview: { host: '127.0.0.1', port: 0 } })
  return { url: server.resolvedUrls.local[0], close: () => server.close() }
}
