import { expect, test } from 'vitest'
import type { TaskSink } from '../../src/core/cluster.js'
import { dialectOf } from '../../src/dask/comm/dialect.js'
import { RemoteTask } from '../../src/dask/remote/remote-task.js'
import type { SchedulerLink } from '../../src/dask/remote/scheduler-link.js'
import { Submissions } from '../../src/dask/remote/submissions.js'

const COUNT = 2_500
const spec = { uid: 't', name: 't', function: async () => 1, args: [], priority: 0, owner: undefined } as const

test.each([
  ['2022.12.1', 'priority'],
  ['2026.7.1', 'internal_priority'],
])('many tasks of one turn go to %s in parts, in order, and before anything else is said', async (version, priorities) => {
  const said: unknown[] = []
  const link = {
    dialect: dialectOf(version),
    send: (...messages: readonly Record<string, Record<string, number>>[]) => {
      for (const message of messages) said.push(Object.entries(message[priorities] ?? {}))
    },
    flush: () => said.push('sent'),
  }
  const hooks = { failed: () => expect.unreachable(), canceled: () => expect.unreachable() }
  const submissions = new Submissions(link as unknown as SchedulerLink, 'topic', hooks)
  const keys = Array.from({ length: COUNT }, (_, n) => `key-${n}`)
  for (const key of keys) submissions.add(new RemoteTask(key, spec, {} as TaskSink, () => {}), spec)
  await Promise.resolve().then(() => said.push('the next'))
  const all = keys.map((key, n) => [key, n])
  expect(said).toEqual([all.slice(0, 1_000), 'sent', all.slice(1_000, 2_000), 'sent', all.slice(2_000), 'sent', 'the next'])
})
