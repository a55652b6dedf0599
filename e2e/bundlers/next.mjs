import { strict as assert } from 'node:assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { guideTo, makeFolder, startOf } from './app.mjs'
import { binOf, environment, runTool } from './tools.mjs'

// Of Next's own starter.
const READY_MS = 60_000
const LAYOUT = `export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>
}
`
const INLINE = `'use client'

import { useEffect } from 'react'

export default function Page() {
  useEffect(() => void import('./inline.js'), [])
}
`
const EDGE = "export const runtime = 'edge'"
const NODE = "export const dynamic = 'force-dynamic'"

/** Builds what the guide says for Next.js, and asks it for all of it. */
export async function seeNext(consumer, pages) {
  const { files } = guideTo('Next.js')
  const app = makeFolder(consumer, 'next', {
    'app/layout.jsx': LAYOUT,
    'app/page.jsx': files['app/page.jsx'],
    'app/primes.worker.js': startOf('A page').files['primes.worker.js'],
    'app/inline/page.jsx': INLINE,
    'app/squares/route.js': files['app/squares/route.js'],
    'app/squares-in-node/route.js': files['app/squares/route.js'].replace(EDGE, NODE),
  })
  cpSync(new URL('./inline.js', import.meta.url), join(app, 'app/inline/inline.js'))
  const output = await runTool(app, 'npx next build')
  assert.match(output, /\/squares\n/)
  await withServer(app, async (url) => {
    await pages.textOf(url, ['total 148933'])
    await pages.textOf(new URL('inline', url).href, ['inline 14'])
    for (const route of ['squares', 'squares-in-node']) {
      const response = await fetch(new URL(route, url))
      assert.equal(await response.text(), '[1,4,9]')
    }
  })
}

/** Serves what was built, on a free port. */
async function withServer(app, use) {
  const server = spawn(process.execPath, [binOf('next'), 'start', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: app,
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // Asked to end, it would wait for the connections of the browser, which outlives it.
  const end = () => server.kill('SIGKILL')
  process.once('exit', end)
  const ended = once(server, 'exit')
  const late = setTimeout(end, READY_MS)
  try {
    const url = await urlIn(server.stdout)
    clearTimeout(late)
    await use(url)
  } finally {
    clearTimeout(late)
    process.off('exit', end)
    end()
    await ended
  }
}

async function urlIn(output) {
  let url
  for await (const line of createInterface({ input: output })) {
    url ??= /Local: +(\S+)/.exec(line)?.[1]
    if (line.includes('Ready')) return url
  }
  throw new Error('next start ended')
}
