import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BaseDaskExecutionBackend } from '../src/backends/dask.js'
import type { TaskRecord } from '../src/index.js'
import { startWorker } from '../src/worker/start.js'
import { errorOf, Recorder } from './conformance/recorder.js'
import { channelAdapter } from './fakes/channel-adapter.js'

class ChannelBackend extends BaseDaskExecutionBackend {
  static override readonly runtime = { name: 'channel', workers: channelAdapter(startWorker), workDir: () => '/' }
}

/** What a task does, with the ends it may come to when it is not cancelled. */
const KINDS = {
  value: [{ function: async (n: number) => n, args: [7] }, 'DONE'],
  wait: [{ function: async () => new Promise<void>((resolve) => setTimeout(resolve, 1)) }, 'DONE'],
  throws: [{ function: async () => Promise.reject(new Error('no')) }, 'FAILED'],
  reports: [
    {
      async function(this: { report(n: number): void }) {
        this.report(1)
      },
    },
    'DONE',
  ],
  uncloneable: [{ function: async (n: unknown) => n, args: [() => 1] }, 'FAILED'],
  badResult: [{ function: async () => () => 1 }, 'FAILED'],
  notAsync: [{ function: () => 1 }, 'FAILED'],
  executable: [{ executable: 'ls' }, 'FAILED'],
  urgent: [{ function: async () => 1, taskBackendSpecificKwargs: { priority: 5 } }, 'DONE'],
} as const satisfies Record<string, readonly [Omit<TaskRecord, 'uid'>, 'DONE' | 'FAILED']>

type Kind = keyof typeof KINDS

type Command =
  | { readonly do: 'submit'; readonly kinds: readonly Kind[] }
  | { readonly do: 'malformed'; readonly kinds: readonly Kind[]; readonly flaw: 'twice' | 'noUid' | 'null' | 'frozen' }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'cancelAll' }
  | { readonly do: 'turn' }

const kinds = fc.array(fc.constantFrom(...(Object.keys(KINDS) as Kind[])), { minLength: 1, maxLength: 20 })
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('submit' as const), kinds }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('malformed' as const),
      kinds,
      flaw: fc.constantFrom('twice', 'noUid', 'null', 'frozen'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'cancelAll' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'turn' as const }) },
)

let backend: ChannelBackend
let run = 0

beforeAll(async () => {
  backend = (await ChannelBackend.create({ nWorkers: 2 })) as ChannelBackend
})
afterAll(() => backend.shutdown())

/** Plays the commands; answers the tasks that were accepted and the uids that were refused. */
async function play(commands: readonly Command[], recorder: Recorder) {
  const prefix = `run${run++}`
  const accepted = new Map<string, { readonly kind: Kind; readonly record: TaskRecord }>()
  const refused: string[] = []
  let next = 0
  const make = (kind: Kind) => ({ kind, record: { uid: `${prefix}.${next++}`, ...KINDS[kind][0] } as TaskRecord })
  for (const step of commands) {
    if (step.do === 'turn') await new Promise<void>((resolve) => setImmediate(resolve))
    else if (step.do === 'cancelAll') await backend.cancelAllTasks()
    else if (step.do === 'cancel') {
      const uid = `${prefix}.${step.which}`
      const before = [...recorder.statesOf(uid)]
      const was = await backend.cancelTask(uid)
      // The truth: it is true exactly when this call brought the CANCELED.
      expect(was).toBe(recorder.statesOf(uid).includes('CANCELED') && !before.includes('CANCELED'))
    } else if (step.do === 'submit') {
      const tasks = step.kinds.map(make)
      for (const task of tasks) accepted.set(task.record.uid, task)
      await backend.submitTasks(tasks.map((task) => task.record))
    } else {
      const records: unknown[] = step.kinds.map((kind) => make(kind).record)
      refused.push(...records.map((record) => (record as TaskRecord).uid))
      if (step.flaw === 'twice') records.push(records[0])
      else if (step.flaw === 'noUid') records.push({ function: async () => 1 })
      else if (step.flaw === 'null') records.push(null)
      else records.push(Object.freeze({ uid: 'frozen', function: async () => 1 }))
      expect((await errorOf(backend.submitTasks(records as TaskRecord[]))).code).toBe('ERR_TASK_VALIDATION')
    }
  }
  await recorder.ended([...accepted.keys()])
  return { accepted, refused }
}

test('every accepted task reaches exactly one end, and a refused batch leaves no trace', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 15 }), async (commands) => {
      const recorder = new Recorder(backend)
      const { accepted, refused } = await play(commands, recorder)
      for (const [uid, { kind, record }] of accepted) {
        const states = recorder.statesOf(uid)
        const end = states.at(-1)
        expect([KINDS[kind][1], 'CANCELED'], `${uid} (${kind})`).toContain(end)
        expect([`${end}`, `RUNNING,${end}`], `${uid} (${kind})`).toContain(states.join())
        expect(record.state).toBe(end)
        if (kind === 'value' && end === 'DONE') expect(record.returnValue).toBe(7)
      }
      for (const uid of refused) expect(recorder.statesOf(uid), uid).toEqual([])
      expect(backend.getTaskStatesMap().size).toBe(0)
      recorder.stop()
    }),
    { numRuns: 150 },
  )
})
