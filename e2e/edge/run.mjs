// The packed package in workerd, as Cloudflare runs it: many requests at a time, each with a backend of its own.
import { strict as assert } from 'node:assert'
import { join } from 'node:path'
import { INSTALL_RUNTIMES } from '../../tools/runtimes.mjs'
import { Consumer } from '../consumer.mjs'
import { runSuite } from '../suite.mjs'
import { askWorkerd } from '../workerd.mjs'

// Before and after `MessageChannel` came, and as new as this workerd.
const DATES = ['2024-09-23', '2025-08-14', '2025-08-15', '2026-01-01']

const FUNCTION = `
import { DaskExecutionBackend } from 'daskflow'

const slowly = async (n) => {
  await new Promise((resolve) => setTimeout(resolve, 20))
  return n * n
}

export default {
  async fetch(request) {
    const n = Number(new URL(request.url).searchParams.get('n'))
    const backend = await new DaskExecutionBackend({ nWorkers: 2 })
    const tasks = [n, n + 1, n + 2].map((n) => ({ uid: 'square.' + n, function: slowly, args: [n] }))
    let left = tasks.length
    const ended = new Promise((resolve) => {
      backend.registerCallback((_task, state) => state !== 'RUNNING' && --left === 0 && resolve())
    })
    await backend.submitTasks(tasks)
    await ended
    await backend.shutdown()
    return Response.json(tasks.map(({ returnValue }) => returnValue))
  },
}
`

const miniflare = await import('miniflare').catch(() => undefined)
const consumer = await Consumer.create()
consumer.write('function.mjs', FUNCTION)
try {
  await runSuite(
    Object.fromEntries(
      DATES.map((date) => [`requests at the same time, with the compatibility date ${date}`, () => askAll(date)]),
    ),
  )
} finally {
  consumer.remove()
}

async function askAll(date) {
  if (miniflare === undefined) return INSTALL_RUNTIMES
  const numbers = Array.from({ length: 20 }, (_, n) => n)
  const paths = numbers.map((n) => `/?n=${n}`)
  const answers = await askWorkerd(miniflare, join(consumer.folder, 'function.mjs'), paths, date)
  const squares = numbers.map((n) => JSON.stringify([n, n + 1, n + 2].map((m) => m * m)))
  assert.deepEqual(
    answers.map(({ text }) => text),
    squares,
  )
}
