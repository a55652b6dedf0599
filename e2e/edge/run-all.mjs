// The conformance cases in workerd, within one request.
import { join, resolve } from 'node:path'
import { root } from '../../tools/root.mjs'
import { INSTALL_RUNTIMES } from '../../tools/runtimes.mjs'
import { Consumer } from '../consumer.mjs'
import { runSuite, skipAll } from '../suite.mjs'
import { askWorkerd } from '../workerd.mjs'

// Before and after `MessageChannel` came.
const DATES = ['2025-08-14', '2026-01-01']
const CASES_MS = 300_000

const cases = (file) => `
import * as daskflow from 'daskflow'
import { runConformance, subjectOf, WORKERD as limits } from '${file}'

const lines = []
console.log = (line) => void lines.push(line)

export default {
  async fetch() {
    const fixtures = new URL('file:///fixtures/')
    const workerOf = () => () => import('./fixtures/worker.js')
    await runConformance(subjectOf(daskflow, { limits, fixtures, workerOf }))
    return new Response(lines.join('\\n'))
  },
}
`

const miniflare = await import('miniflare').catch(() => undefined)
if (miniflare === undefined) skipAll('the cases in workerd', INSTALL_RUNTIMES)
else await runInWorkerd()

async function runInWorkerd() {
  const consumer = await Consumer.create()
  const file = join(consumer.folder, 'cases.mjs')
  // Bundled, and so named by its path.
  consumer.write('cases.mjs', cases(resolve(root, 'e2e/conformance.mjs')))
  const programs = DATES.map((date) => async () => {
    const [answer] = await askWorkerd(miniflare, file, ['/'], date, CASES_MS)
    return answer.text
  })
  try {
    await runSuite({}, ...programs)
  } finally {
    consumer.remove()
  }
}
