import { expect, test } from 'vitest'
import {
  type Definitions,
  EVENT_STRIDE,
  EVENTS_AT,
  Event,
  type EventsMessage,
  Message,
  type TasksMessage,
  type WireFunction,
} from '../../src/wire/protocol.js'
import { Executor } from '../../src/worker/executor.js'
import { type Callable, type FunctionHome, loadFunction } from '../../src/worker/function.js'

const home = (exposed: Readonly<Record<string, Callable>> = {}): FunctionHome => ({
  exposed: new Map(Object.entries(exposed)),
  getTaskContext: () => undefined,
  resolve: undefined,
  functionOf: undefined,
})

/** An executor with what it posts, event by event. */
function start(slots = 1) {
  const events: unknown[][] = []
  const waiting: (() => void)[] = []
  const executor = new Executor({
    workerId: 'w',
    slots,
    context: undefined,
    load: (wire, id) => loadFunction(wire, home(), id),
    post(message) {
      const flat = message as EventsMessage
      for (let i = EVENTS_AT; i < flat.length; i += EVENT_STRIDE) events.push(flat.slice(i, i + EVENT_STRIDE))
      for (const wake of waiting.splice(0)) wake()
    },
  })
  const until = async (what: number, taskId: number) => {
    while (!events.some(([kind, id]) => kind === what && id === taskId)) await new Promise<void>((wake) => waiting.push(wake))
  }
  return { executor, events, until }
}

const task = (id: number, functionId: number, ...args: readonly unknown[]) => [
  functionId,
  1,
  false,
  args.length,
  1,
  id,
  `uid.${id}`,
  ...args,
]
/** A message of tasks, with what function 0 is. */
const messageOf = (definition: WireFunction, ...tasks: readonly unknown[][]): TasksMessage => {
  const definitions: Definitions = [0, definition]
  return [Message.Tasks, 1, definitions, false, undefined, undefined, ...tasks.flat()]
}
const slowModule = (body: string) =>
  `data:text/javascript,await new Promise((go) => { globalThis.letGo = go }); ${encodeURIComponent(body)}`

test('a task that is aborted while its module is imported does not run', async () => {
  const { executor, events, until } = start()
  const module = slowModule('export const run = async () => { globalThis.ranAfterAbort = true }')
  executor.enqueue(messageOf({ kind: 'module', module, export: 'run' }, task(1, 0)))
  const realm = globalThis as { letGo?: () => void; ranAfterAbort?: boolean }
  while (realm.letGo === undefined) await new Promise((resolve) => setImmediate(resolve))
  executor.abort([1], 'stop')
  realm.letGo()
  await until(Event.Returned, 1)
  expect(events).toEqual([
    [Event.Started, 1, undefined],
    [Event.Returned, 1, undefined],
  ])
  expect(realm.ranAfterAbort).toBeUndefined()
})

test('an unmeasured function is announced before it runs, a short one is not', async () => {
  const { executor, events, until } = start()
  executor.enqueue(messageOf({ kind: 'source', name: 'echo', source: 'async (n) => n' }, task(1, 0, 'a'), task(2, 0, 'b')))
  await until(Event.Done, 2)
  expect(events).toEqual([
    [Event.Started, 1, undefined],
    [Event.Done, 1, 'a'],
    [Event.Done, 2, 'b'],
  ])
})

test('results that come together share a message, and a slot runs in order', async () => {
  const messages: number[] = []
  const executor = new Executor({
    workerId: 'w',
    slots: 1,
    context: undefined,
    load: (wire, id) => loadFunction(wire, home({ echo: async (n: number) => n }), id),
    post: (message) => messages.push(((message as EventsMessage).length - EVENTS_AT) / EVENT_STRIDE),
  })
  executor.enqueue(messageOf({ kind: 'name', name: 'echo' }, ...Array.from({ length: 1_000 }, (_, i) => task(i, 0, i))))
  while (messages.reduce((a, b) => a + b, 0) < 1_001) await new Promise((resolve) => setImmediate(resolve))
  // One for the announcement; 1,000 results at 128 to a message, or fewer where a turn ended in between.
  expect(messages.length).toBeLessThan(100)
})

test('what is forgotten is defined anew', async () => {
  const { executor, events, until } = start()
  executor.enqueue(messageOf({ kind: 'source', name: 'one', source: 'async () => 1' }, task(1, 0)))
  await until(Event.Done, 1)
  executor.forget([0])
  executor.enqueue(messageOf({ kind: 'source', name: 'two', source: 'async () => 2' }, task(2, 0)))
  await until(Event.Done, 2)
  expect(events.at(-1)).toEqual([Event.Done, 2, 2])
})
