import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BaseDaskExecutionBackend } from '../../src/backends/dask.js'
import type { WorkerAdapter } from '../../src/index.js'
import { Event, Message } from '../../src/wire/protocol.js'
import { startWorker } from '../../src/worker/start.js'
import { Recorder, runOne } from '../conformance/recorder.js'
import { channelAdapter } from '../fakes/channel-adapter.js'

// Whatever a worker's own code posts to the pool: nothing throws there, and each task ends once.

const honest = channelAdapter(startWorker)

/** Its workers say the next lie before each thing that they have to say, once they have got ready. */
function lying(lies: unknown[], thrown: unknown[]): WorkerAdapter {
  return {
    ...honest,
    async spawn(options) {
      const handle = await honest.spawn(options)
      const onMessage: typeof handle.endpoint.onMessage = (listener) =>
        handle.endpoint.onMessage((message) => {
          const isReady = Array.isArray(message) && message[0] !== Message.Hello
          const said = isReady && lies.length > 0 ? [lies.shift(), message] : [message]
          for (const each of said) {
            try {
              listener(each)
            } catch (error) {
              thrown.push(error)
            }
          }
        })
      return { ...handle, endpoint: { ...handle.endpoint, onMessage } }
    },
  }
}

const anything = fc.anything({ maxDepth: 2, withDate: true, withMap: true, withTypedArray: true })
const taskId = fc.oneof(fc.nat(8), fc.constant(-1), anything)
const event = fc.tuple(fc.oneof(fc.constantFrom(...Object.values(Event)), fc.nat(20)), taskId, anything)
const events = fc.array(event, { maxLength: 6 }).map((list) => list.flat(1))
const timings = fc.oneof(fc.constant(undefined), fc.array(fc.oneof(fc.nat(5), fc.double(), anything), { maxLength: 7 }), anything)
const message = fc.oneof(
  anything,
  fc.tuple(timings, events).map(([told, list]) => [Message.Events, told, ...list]),
  fc.tuple(fc.constantFrom(...Object.values(Message)), anything, anything).map((parts) => [...parts]),
)
const truncated = fc.tuple(message, fc.nat(12)).map(([whole, length]) => (Array.isArray(whole) ? whole.slice(0, length) : whole))

const bounds = fc.constantFrom({}, { maxQueue: 1 }, { maxTasksPerWorker: 2 })

test('random and truncated messages of a worker are survived, and each task ends once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(message, truncated), { maxLength: 8 }), bounds, async (lies, limits) => {
      const thrown: unknown[] = []
      class Backend extends BaseDaskExecutionBackend {
        static override readonly runtime = { name: 'lying', workers: lying([...lies], thrown), workDir: () => '/' }
      }
      const backend = await Backend.create({ nWorkers: 2, allowedFailures: 100, ...limits })
      const recorder = new Recorder(backend)
      const uids = ['a', 'b', 'c', 'd']
      try {
        const taskBackendSpecificKwargs = { retries: 2 }
        await backend.submitTasks(uids.map((uid) => ({ uid, function: async () => 1, taskBackendSpecificKwargs })))
        await recorder.ended(uids)
        expect((await runOne(backend, async () => 'well')).state).toMatch(/DONE|FAILED/)
      } finally {
        await backend.shutdown()
      }
      expect(thrown).toEqual([])
      for (const uid of uids) expect(recorder.statesOf(uid).filter((state) => state !== 'RUNNING')).toHaveLength(1)
    }),
    { numRuns: 300 },
  )
}, 120_000)
