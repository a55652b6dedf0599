import { watch } from 'node:fs'
import { resolve } from 'node:path'
import { installPackages } from './packages.mjs'
import { handOver } from './program.mjs'
import { root } from './root.mjs'
import { setUp } from './setup.mjs'

/** Builds the site into build/site/html; with `--serve` serves it, and shows what is written meanwhile. */
async function site(isServed) {
  if (!(await setUp())) return
  await installPackages('site')
  // Later than that: the set-up installs what these import.
  const { gatherPages, writeApiPages } = await import('./site-pages.mjs')
  gatherPages()
  await writeApiPages()
  if (isServed) {
    for (const folder of ['docs', 'site/pages']) watch(resolve(root, folder), { recursive: true }, gatherPages).unref()
  }
  const command = isServed ? ['dev', 'site', '--host', '127.0.0.1'] : ['build', 'site']
  await handOver('site/node_modules/vitepress/bin/vitepress.js', command)
}

await site(process.argv.includes('--serve')).catch(({ message }) => {
  console.error(message)
  process.exitCode = 1
})
