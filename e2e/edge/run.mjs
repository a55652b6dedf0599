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
import { Client, DaskExecutionBackend } from 'daskflow'

const slowly = async (n) => {
  await new Promise((resolve) => setTimeout(resolve, 20))
  return n * n
}
const never = async () => new Promise(() => {})
const reasonOf = (future) => future.result().catch(({ code }) => code)

const ROUTES = {
  async squares(n) {
    const backend = await new DaskExecutionBackend({ nWorkers: 2 })
    const tasks = [n, n + 1, n + 2].map((n) => ({ uid: 'square.' + n, function: slowly, args: [n] }))
    let left = tasks.length
    const ended = new Promise((resolve) => {
      backend.registerCallback((_task, state) => state !== 'RUNNING' && --left === 0 && resolve())
    })
    await backend.submitTasks(tasks)
    await ended
    await backend.shutdown()
    return tasks.map(({ returnValue }) => returnValue)
  },
  // The same names as in other requests, some of which never end.
  async stopped(n) {
    const client = await Client.create({ nWorkers: 2 })
    const [late, unwanted] = [client.submit(never, [], { timeout: 10 }), client.submit(never, [])]
    const squared = client.submit(slowly, [n])
    const reasons = [reasonOf(late), reasonOf(unwanted)]
    await late.result().catch(() => client.cancel([unwanted]))
    const answer = [...(await Promise.all(reasons)), await squared]
    await client.close()
    return answer
  },
  // What it started is lost with its request.
  async left(n) {
    const client = await Client.create({ nWorkers: 2 })
    client.map(slowly, [n, n + 1, n + 2, n + 3])
    client.submit(never, [], { timeout: 10 })
    return 'left'
  },
  async turns() {
    const client = await Client.create({ nWorkers: 2 })
    let ran = 0
    const count = async () => void ran++
    const futures = client.map(count, Array.from({ length: 5_000 }))
    const all = client.gather(futures, { errors: 'skip' })
    const timer = new Promise((resolve) => setTimeout(resolve, 1))
    await Promise.race([timer, all])
    await client.cancel(futures)
    await client.close()
    return ran < futures.length ? 'a turn' : 'none'
  },
}

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url)
    return Response.json(await ROUTES[pathname.slice(1)](Number(searchParams.get('n'))))
  },
}
`

// A request of each kind, many times, all of them at the same time.
const ASKED = Array.from({ length: 12 }, (_, n) => [
  [`/squares?n=${n}`, [n, n + 1, n + 2].map((m) => m * m)],
  [`/stopped?n=${n}`, ['ERR_TASK_TIMEOUT', 'ERR_TASK_CANCELED', n * n]],
  [`/left?n=${n}`, 'left'],
]).flat()

const miniflare = await import('miniflare').catch(() => undefined)
const consumer = await Consumer.create()
consumer.write('function.mjs', FUNCTION)
try {
  await runSuite(Object.assign({}, ...DATES.map(testsOf)))
} finally {
  consumer.remove()
}

function testsOf(date) {
  return {
    [`requests at the same time know nothing of each other, with the compatibility date ${date}`]: () => see(ASKED, date),
    [`while a request has tasks, timers come and others go on, with the compatibility date ${date}`]: () =>
      see([['/turns', 'a turn']], date),
  }
}

async function see(asked, date) {
  if (miniflare === undefined) return INSTALL_RUNTIMES
  const paths = asked.map(([path]) => path)
  const answers = await askWorkerd(miniflare, join(consumer.folder, 'function.mjs'), paths, date)
  assert.deepEqual(
    answers.map(({ text }) => text),
    asked.map(([, answer]) => JSON.stringify(answer)),
  )
}
