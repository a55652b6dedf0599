import { describe, expect, test } from 'vitest'
import { ScheduledTask } from '../../src/cluster/scheduled-task.js'
import { Scheduler } from '../../src/cluster/scheduler.js'
import type { Decision } from '../../src/cluster/scheduler-events.js'
import type { TaskSink } from '../../src/core/cluster.js'
import { one, plain, play, type Row, two, write } from './play.js'

describe('workers', () => {
  test('the first is spawned at once', () => play([['open', '=>', 'spawn w-0']]))

  test('before it is opened nothing is spawned', () => play([['submit', plain('a'), '=>']]))

  test('others come with the work, up to the limit', () =>
    play([...one, ['submit', plain('a', 'b', 'c', 'd'), '=>', 'assign w-0 a', 'spawn w-1']]))

  test('one is enough for what it can run at a time', () =>
    play([...one, ['submit', plain('a', 'b', 'c'), '=>', 'assign w-0 a b c'], ['submit', plain('d'), '=>', 'spawn w-1']], {
      slots: 3,
    }))

  test('a lost one is replaced while there is work for it', () =>
    play([
      ...one,
      ['submit', plain('a'), '=>', 'assign w-0 a'],
      ['lost', 'w-0', '=>', 'spawn w-1'],
      ['ready', 'w-1', '=>', 'assign w-1 a'],
    ]))

  test('nothing is heard of an unknown one', () => play([...one, ['ready', 'w-9', '=>'], ['lost', 'w-9', '=>']]))

  test('closing cancels everything, also what waits for it, and spawns no more', () =>
    play([
      ...one,
      ['submit', { a: {}, b: {}, c: { after: ['a'] } }, '=>', 'assign w-0 a', 'spawn w-1'],
      ['close', '=>', 'abort w-0 a', 'canceled b a c'],
      ['lost', 'w-0', '=>'],
    ]))
})

describe('placement', () => {
  test('an unmeasured function goes one to a slot', () =>
    play([...two, ['submit', plain('a', 'b', 'c'), '=>', 'assign w-0 a', 'assign w-1 b'], ['done', 'b', '=>', 'assign w-1 c']]))

  test('short ones go ahead, dealt evenly', () =>
    play([
      ...two,
      ['measured', 0.5, '=>'],
      ['submit', plain('a', 'b', 'c', 'd', 'e', 'f'), '=>', 'assign w-0 a c e', 'assign w-1 b d f'],
    ]))

  test('no more than a window of them', () =>
    play(
      [
        ...one,
        ['measured', 1, '=>'],
        ['submit', plain('a', 'b', 'c', 'd'), '=>', 'assign w-0 a b'],
        ['done', 'a', '=>', 'assign w-0 c'],
      ],
      { maxWorkers: 1 },
    ))

  test('long ones never go ahead', () =>
    play([...one, ['measured', 50, '=>'], ['submit', plain('a', 'b'), '=>', 'assign w-0 a']], { maxWorkers: 1 }))

  test('what moves its buffers never goes ahead', () =>
    play(
      [
        ...one,
        ['measured', 0.1, '=>'],
        ['submit', { a: {}, b: { transfer: [] } }, '=>', 'assign w-0 a'],
        ['done', 'a', '=>', 'assign w-0 b'],
      ],
      {
        maxWorkers: 1,
      },
    ))

  test('a higher priority goes first, equal ones in order', () =>
    play(
      [
        ...one,
        ['submit', { a: {}, b: {}, c: { priority: 5 }, d: { priority: 5 }, e: { priority: -1 } }, '=>', 'assign w-0 c'],
        ['done', 'c', '=>', 'assign w-0 d'],
        ['done', 'd', '=>', 'assign w-0 a'],
        ['submit', { f: { priority: 9 } }, '=>'],
        ['done', 'a', '=>', 'assign w-0 f'],
        ['done', 'f', '=>', 'assign w-0 b'],
        ['done', 'b', '=>', 'assign w-0 e'],
      ],
      { maxWorkers: 1 },
    ))

  test('a named worker is waited for, and holds up nobody else', () =>
    play([
      ...two,
      ['submit', { a: { workers: ['w-1'] }, b: { workers: ['w-1'] }, c: {} }, '=>', 'assign w-0 c', 'assign w-1 a'],
      ['done', 'a', '=>', 'assign w-1 b'],
    ]))

  test('resources are taken and given back', () =>
    play(
      [
        ...one,
        ['submit', { a: { resources: { GPU: 1 } }, b: { resources: { GPU: 1 } }, c: {} }, '=>', 'assign w-0 a c'],
        ['done', 'c', '=>'],
        ['done', 'a', '=>', 'assign w-0 b'],
      ],
      { maxWorkers: 1, slots: 4, resources: { GPU: 1 } },
    ))

  test('a cancelled task keeps its resources until its worker is through with it', () =>
    play(
      [
        ...one,
        ['submit', { a: { resources: { GPU: 1 } }, b: { resources: { GPU: 1 } } }, '=>', 'assign w-0 a'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        ['returned', 'a', '=>', 'assign w-0 b'],
      ],
      { maxWorkers: 1, slots: 4, resources: { GPU: 1 } },
    ))
})

describe('dependencies', () => {
  test('a task waits for all of its own', () =>
    play([
      ...two,
      ['submit', { a: {}, b: {}, c: { after: ['a', 'b'] } }, '=>', 'assign w-0 a', 'assign w-1 b'],
      ['done', 'a', '=>'],
      ['done', 'b', '=>', 'assign w-0 c'],
    ]))

  test('a finished one does not hold it up', () =>
    play([
      ...one,
      ['submit', plain('a'), '=>', 'assign w-0 a'],
      ['done', 'a', '=>'],
      ['submit', { b: { after: ['a'] } }, '=>', 'assign w-0 b'],
    ]))

  test('one that is named twice is waited for once', () =>
    play([...one, ['submit', { a: {}, b: { after: ['a', 'a'] } }, '=>', 'assign w-0 a'], ['done', 'a', '=>', 'assign w-0 b']]))

  test('a failure fails what depends on it, all the way', () =>
    play([
      ...one,
      ['submit', { a: {}, b: { after: ['a'] }, c: { after: ['b'] }, d: {} }, '=>', 'assign w-0 a', 'spawn w-1'],
      ['failed', 'a', '=>', 'failed b<a', 'failed c<b', 'assign w-0 d'],
    ]))

  test('a failure from before fails it at once', () =>
    play([
      ...one,
      ['submit', plain('a'), '=>', 'assign w-0 a'],
      ['failed', 'a', '=>'],
      ['submit', { b: { after: ['a'] } }, '=>', 'failed b<a'],
    ]))

  test('a cancellation cancels what depends on it', () =>
    play([
      ...one,
      ['submit', { a: {}, b: { after: ['a'] }, c: { after: ['b'] } }, '=>', 'assign w-0 a'],
      ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a b c'],
      ['submit', { d: { after: ['a'] } }, '=>', 'canceled d'],
    ]))
})

describe('cancellation', () => {
  test('a queued task just goes', () =>
    play([
      ...one,
      ['submit', plain('a', 'b'), '=>', 'assign w-0 a', 'spawn w-1'],
      ['cancel', 'b', '=>', 'canceled b'],
      ['done', 'a', '=>'],
    ]))

  test('one on a worker is aborted there, and its slot is free when it is gone', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b'), '=>', 'assign w-0 a'],
        ['started', 'a', '=>'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        ['done', 'a', '=>', 'assign w-0 b'],
      ],
      { maxWorkers: 1 },
    ))

  test('what has ended cannot be cancelled', () =>
    play([...one, ['submit', plain('a'), '=>', 'assign w-0 a'], ['done', 'a', '=>'], ['cancel', 'a', '=>']]))

  test('cancelling twice is cancelling once', () =>
    play([
      ...one,
      ['submit', plain('a'), '=>', 'assign w-0 a'],
      ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
      ['cancel', 'a', '=>'],
    ]))
})

describe('what is cancelled and does not end', () => {
  test('its worker is replaced, and what waited there moves, in order and as if it had not been there', () =>
    play(
      [
        ...one,
        ['measured', 0.5, '=>'],
        ['submit', plain('a', 'b', 'c', 'd', 'e'), '=>', 'assign w-0 a b c d'],
        ['started', 'a', '=>'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        ['overdue', 'w-0', 'a', '=>', 'terminate w-0', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 b c d e'],
      ],
      { maxWorkers: 1 },
    ))

  test('in time, nothing happens', () =>
    play([
      ...one,
      ['submit', plain('a', 'b'), '=>', 'assign w-0 a', 'spawn w-1'],
      ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
      ['returned', 'a', '=>', 'assign w-0 b'],
      ['overdue', 'w-0', 'a', '=>'],
    ]))

  test('nothing else on its worker is a reason to wait', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b'), '=>', 'assign w-0 a b'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        ['done', 'b', '=>'],
        ['overdue', 'w-0', 'a', '=>', 'terminate w-0', 'spawn w-1'],
      ],
      { slots: 4, maxWorkers: 1 },
    ))

  test('a neighbour that runs is left alone while the worker answers; then it is replaced', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b', 'c'), '=>', 'assign w-0 a b'],
        ['started', 'a', 'b', '=>'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        // What comes meanwhile gets another worker.
        ['overdue', 'w-0', 'a', '=>', 'recall w-0', 'spawn w-1'],
        ['recalled', 'w-0', '=>'],
        ['ready', 'w-1', '=>', 'assign w-1 c'],
        ['recallDue', 'w-0', '=>', 'recall w-0'],
        ['recalled', 'w-0', '=>'],
        ['done', 'b', '=>', 'terminate w-0'],
        ['recallDue', 'w-0', '=>'],
      ],
      { slots: 2, maxWorkers: 1 },
    ))

  test('what had not started beside it comes back', () =>
    play(
      [
        ...one,
        ['measured', 0.5, '=>'],
        ['submit', plain('a', 'b', 'c', 'd'), '=>', 'assign w-0 a b c d'],
        ['started', 'a', 'b', '=>'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        ['overdue', 'w-0', 'a', '=>', 'recall w-0', 'spawn w-1'],
        ['returned', 'c', 'd', '=>'],
        ['ready', 'w-1', '=>', 'assign w-1 c d'],
      ],
      { slots: 2, maxWorkers: 1 },
    ))

  test('a worker that does not answer is replaced, and a neighbour runs again, free of charge', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b'), '=>', 'assign w-0 a b'],
        ['started', 'a', 'b', '=>'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        ['overdue', 'w-0', 'a', '=>', 'recall w-0', 'spawn w-1'],
        ['recallDue', 'w-0', '=>', 'terminate w-0'],
        ['ready', 'w-1', '=>', 'assign w-1 b'],
      ],
      { slots: 2, maxWorkers: 1, allowedFailures: 0 },
    ))

  test('one that waits behind what nobody cancelled is no reason to end that', () =>
    play(
      [
        ...one,
        ['measured', 0.5, '=>'],
        ['submit', plain('a', 'b'), '=>', 'assign w-0 a b'],
        ['started', 'a', '=>'],
        ['cancel', 'b', '=>', 'abort w-0 b', 'canceled b'],
        ['overdue', 'w-0', 'b', '=>', 'recall w-0', 'spawn w-1'],
        ['recallDue', 'w-0', '=>', 'recall w-0'],
        ['returned', 'b', '=>'],
        ['done', 'a', '=>', 'terminate w-0'],
      ],
      { maxWorkers: 1 },
    ))

  test('when what was overdue has ended, a worker that does not answer is only busy', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b'), '=>', 'assign w-0 a b'],
        ['started', 'a', 'b', '=>'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        ['overdue', 'w-0', 'a', '=>', 'recall w-0', 'spawn w-1'],
        ['returned', 'a', '=>'],
        ['recallDue', 'w-0', '=>'],
        ['done', 'b', '=>', 'terminate w-0'],
      ],
      { slots: 2, maxWorkers: 1 },
    ))

  test('one that is cancelled there later is asked for again', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b', 'c'), '=>', 'assign w-0 a b c'],
        ['started', 'a', 'b', 'c', '=>'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        ['overdue', 'w-0', 'a', '=>', 'recall w-0', 'spawn w-1'],
        ['returned', 'a', '=>'],
        ['recallDue', 'w-0', '=>'],
        ['cancel', 'b', '=>', 'abort w-0 b', 'canceled b'],
        ['overdue', 'w-0', 'b', '=>', 'recall w-0'],
        ['recallDue', 'w-0', '=>', 'terminate w-0'],
        ['ready', 'w-1', '=>', 'assign w-1 c'],
      ],
      { slots: 3, maxWorkers: 1 },
    ))

  test('threads have a bound, however long the neighbours take', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b'), '=>', 'assign w-0 a b'],
        ['started', 'a', 'b', '=>'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        ['overdue', 'w-0', 'a', '=>', 'recall w-0', 'spawn w-1'],
        ['ready', 'w-1', '=>'],
        ['submit', plain('c', 'd'), '=>', 'assign w-1 c d'],
        ['started', 'c', 'd', '=>'],
        ['cancel', 'c', '=>', 'abort w-1 c', 'canceled c'],
        ['overdue', 'w-1', 'c', '=>', 'recall w-1'],
        ['submit', plain('e'), '=>'],
        ['done', 'b', '=>', 'terminate w-0', 'spawn w-2'],
        ['ready', 'w-2', '=>', 'assign w-2 e'],
      ],
      { slots: 2, maxWorkers: 1 },
    ))

  test('what was moved to its worker and comes back is lost', () =>
    play(
      [
        ...one,
        ['submit', { a: {}, b: { transfer: [] } }, '=>', 'assign w-0 a b'],
        ['returned', 'a', 'b', '=>', 'lost b w-0', 'assign w-0 a'],
      ],
      { slots: 2, maxWorkers: 1 },
    ))

  test('what was moved to its worker is lost with it', () =>
    play(
      [
        ...one,
        ['submit', { a: {}, b: { transfer: [] } }, '=>', 'assign w-0 a b'],
        ['started', 'a', 'b', '=>'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        ['overdue', 'w-0', 'a', '=>', 'recall w-0', 'spawn w-1'],
        ['recallDue', 'w-0', '=>', 'lost b w-0', 'terminate w-0'],
      ],
      { slots: 2, maxWorkers: 1 },
    ))
})

describe('a worker that may no longer be heard', () => {
  test('is asked, and goes on when it answers', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b'), '=>', 'assign w-0 a'],
        ['doubted', 'w-0', '=>', 'recall w-0'],
        ['doubted', 'w-0', '=>'],
        ['recalled', 'w-0', '=>'],
        ['recallDue', 'w-0', '=>'],
        ['done', 'a', '=>', 'assign w-0 b'],
      ],
      { maxWorkers: 1 },
    ))

  test('is replaced when it does not', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b'), '=>', 'assign w-0 a'],
        ['doubted', 'w-0', '=>', 'recall w-0'],
        ['recallDue', 'w-0', '=>', 'terminate w-0', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 a'],
      ],
      { maxWorkers: 1 },
    ))

  test('is given its time while it is known to compute', () =>
    play(
      [
        ...one,
        ['submit', plain('a'), '=>', 'assign w-0 a'],
        ['started', 'a', '=>'],
        ['doubted', 'w-0', '=>', 'recall w-0'],
        ['recallDue', 'w-0', '=>', 'recall w-0'],
        ['done', 'a', '=>'],
        ['recalled', 'w-0', '=>'],
        ['recallDue', 'w-0', '=>'],
      ],
      { maxWorkers: 1 },
    ))
})

describe('workers that do not get ready', () => {
  test('each further one waits longer, and the third is the last', () =>
    play([
      ['open', '=>', 'spawn w-0'],
      ['submit', plain('a'), '=>'],
      ['lost', 'w-0', '=>', 'spawn w-1 +50'],
      ['lost', 'w-1', '=>', 'spawn w-2 +150'],
      ['lost', 'w-2', '=>', 'stranded a'],
    ]))

  test('one that took all its time is not tried again', () =>
    play([
      ['open', '=>', 'spawn w-0'],
      ['late', 'w-0', '=>'],
      ['submit', plain('a'), '=>', 'spawn w-1 +450'],
      ['late', 'w-1', '=>', 'stranded a'],
    ]))

  test('one at a time is tried, beside those that work', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b', 'c', 'd'), '=>', 'assign w-0 a', 'spawn w-1', 'spawn w-2'],
        ['lost', 'w-1', '=>'],
        ['lost', 'w-2', '=>', 'spawn w-3 +150'],
        // However long it takes: nobody's end depends on it.
        ['lost', 'w-3', '=>', 'spawn w-4 +450'],
        ['lost', 'w-4', '=>', 'spawn w-5 +1350'],
        ['done', 'a', '=>', 'assign w-0 b'],
        ['ready', 'w-5', '=>', 'assign w-5 c', 'spawn w-6'],
        ['ready', 'w-6', '=>', 'assign w-6 d'],
      ],
      { maxWorkers: 3 },
    ))

  test('one that was ready is worth one more try, whatever became of others', () =>
    play([
      ...one,
      ['submit', plain('a', 'b'), '=>', 'assign w-0 a', 'spawn w-1'],
      ['late', 'w-1', '=>', 'spawn w-2 +450'],
      ['late', 'w-2', '=>', 'spawn w-3 +1350'],
      ['cancel', 'b', '=>', 'canceled b'],
      ['late', 'w-3', '=>'],
      ['lost', 'w-0', '=>', 'spawn w-4 +4050'],
      ['late', 'w-4', '=>', 'stranded a'],
    ]))

  test('what a worker that is being replaced holds is no reason to start one', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b', 'c', 'd'), '=>', 'assign w-0 a b', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 c d'],
        ['started', 'a', 'b', '=>'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        ['done', 'c', 'd', '=>'],
        // One is kept in any case, and that is w-1.
        ['overdue', 'w-0', 'a', '=>', 'recall w-0'],
      ],
      { slots: 2, maxWorkers: 2 },
    ))

  test('each batch is worth one more try, and one that gets ready makes up for them all', () =>
    play(
      [
        ['open', '=>', 'spawn w-0'],
        ['lost', 'w-0', '=>', 'spawn w-1 +50'],
        ['lost', 'w-1', '=>', 'spawn w-2 +150'],
        ['lost', 'w-2', '=>'],
        ['submit', plain('a'), '=>', 'spawn w-3 +450'],
        ['lost', 'w-3', '=>', 'stranded a'],
        ['submit', plain('b'), '=>', 'spawn w-4 +1350'],
        ['ready', 'w-4', '=>', 'assign w-4 b'],
        ['lost', 'w-4', '=>', 'spawn w-5'],
      ],
      { maxWorkers: 1 },
    ))

  test('a worker that is being replaced is none to wait for', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b', 'c'), '=>', 'assign w-0 a b'],
        ['started', 'a', 'b', '=>'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        ['overdue', 'w-0', 'a', '=>', 'recall w-0', 'spawn w-1'],
        ['late', 'w-1', '=>', 'stranded c'],
        ['done', 'b', '=>', 'terminate w-0', 'spawn w-2 +450'],
      ],
      { slots: 2, maxWorkers: 1 },
    ))

  test('one that says goodbye before it is ready never was', () =>
    play(
      [
        ['open', '=>', 'spawn w-0'],
        ['submit', plain('a'), '=>'],
        ['goodbye', 'w-0', '=>'],
        ['ready', 'w-0', '=>'],
        ['lost', 'w-0', '=>', 'spawn w-1 +50'],
      ],
      { maxWorkers: 1 },
    ))

  test('workers that end with nothing to do are replaced once, then when there is work', () =>
    play(
      [
        ...one,
        ['lost', 'w-0', '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>'],
        ['lost', 'w-1', '=>'],
        ['submit', plain('a'), '=>', 'spawn w-2'],
        ['ready', 'w-2', '=>', 'assign w-2 a'],
        ['done', 'a', '=>'],
        ['lost', 'w-2', '=>', 'spawn w-3'],
      ],
      { maxWorkers: 1 },
    ))
})

test('opened again, it keeps a worker whatever became of the last ones', () =>
  play(
    [
      ...one,
      ['lost', 'w-0', '=>', 'spawn w-1'],
      ['ready', 'w-1', '=>'],
      ['lost', 'w-1', '=>'],
      ['submit', plain('a'), '=>', 'spawn w-2'],
      ['late', 'w-2', '=>', 'stranded a'],
      ['open', '=>', 'spawn w-3'],
    ],
    { maxWorkers: 1 },
  ))

describe('a lost worker of which it is known what it ran', () => {
  const held: Row = [...one, ['measured', 0.1, '=>'], ['submit', plain('a', 'b', 'c'), '=>', 'assign w-0 a b c']]

  test('leaves no suspects but what ran: the others go on together', () =>
    play(
      [
        ...held,
        ['lostKnown', 'w-0', 'b', '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 b'],
        ['done', 'b', '=>', 'assign w-1 a c'],
      ],
      { maxWorkers: 1 },
    ))

  test('only what ran is charged', () =>
    play([...held, ['lostKnown', 'w-0', 'b', '=>', 'killed b w-0', 'spawn w-1'], ['ready', 'w-1', '=>', 'assign w-1 a c']], {
      maxWorkers: 1,
      allowedFailures: 0,
    }))

  test('of several that ran, none is charged until it was by itself', () =>
    play(
      [
        ...held,
        ['lostKnown', 'w-0', 'a', 'b', '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 a'],
        ['lostKnown', 'w-1', 'a', '=>', 'killed a w-1', 'spawn w-2'],
        ['ready', 'w-2', '=>', 'assign w-2 b'],
      ],
      { maxWorkers: 1, allowedFailures: 0, slots: 2 },
    ))

  test('that ran nothing is not believed', () =>
    play([...held, ['lostKnown', 'w-0', '=>', 'spawn w-1'], ['ready', 'w-1', '=>', 'assign w-1 a']], { maxWorkers: 1 }))
})

describe('what waits behind a long task', () => {
  const held: Row = [
    ...two,
    ['measured', 0.5, '=>'],
    ['submit', plain('a', 'b', 'c', 'd'), '=>', 'assign w-0 a c', 'assign w-1 b d'],
    ['tick', 'w-0', '=>'],
    ['done', 'b', 'd', '=>'],
  ]

  test('is taken back when it should have started, and starts elsewhere', () =>
    play([
      ...held,
      ['silent', 'w-0', '=>', 'running a'],
      ['tick', 'w-0', '=>'],
      ['tick', 'w-0', '=>', 'takeBack w-0 c'],
      ['returned', 'c', '=>', 'assign w-1 c'],
    ]))

  test('is taken back once', () =>
    play([...held, ['tick', 'w-0', '=>', 'takeBack w-0 a c'], ['tick', 'w-0', '=>'], ['tick', 'w-0', '=>']]))

  test('is followed by nothing until the worker gets on', () =>
    play([
      ...held,
      ['started', 'a', '=>'],
      ['tick', 'w-0', '=>'],
      ['tick', 'w-0', '=>', 'takeBack w-0 c'],
      ['returned', 'c', '=>', 'assign w-1 c'],
      ['submit', plain('e', 'f', 'g', 'h'), '=>', 'assign w-1 e f g'],
      ['done', 'a', '=>', 'assign w-0 h'],
      ['submit', plain('i'), '=>', 'assign w-0 i'],
    ]))

  test('stays while the worker gets on', () =>
    play([...held, ['done', 'a', '=>'], ['tick', 'w-0', '=>'], ['done', 'c', '=>'], ['tick', 'w-0', '=>']]))

  test('stays where no other worker gets on', () =>
    play(
      [
        ...one,
        ['measured', 0.5, '=>'],
        ['submit', plain('a', 'b'), '=>', 'assign w-0 a b'],
        ['tick', 'w-0', '=>'],
        ['tick', 'w-0', '=>'],
      ],
      {
        maxWorkers: 1,
      },
    ))
})

describe('what runs', () => {
  test('a worker that says nothing runs the first of what it holds', () =>
    play(
      [
        ...one,
        ['measured', 0.5, '=>'],
        ['submit', plain('a', 'b', 'c'), '=>', 'assign w-0 a b c'],
        ['silent', 'w-0', '=>', 'running a'],
        ['silent', 'w-0', '=>'],
        ['done', 'a', '=>'],
        ['silent', 'w-0', '=>', 'running b'],
      ],
      { maxWorkers: 1 },
    ))

  test('of several slots, the first: it keeps the others from starting', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b'), '=>', 'assign w-0 a b'],
        ['silent', 'w-0', '=>', 'running a'],
        ['silent', 'w-0', '=>'],
      ],
      { slots: 2 },
    ))

  test('where one is known to run, that one may be what blocks', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b'), '=>', 'assign w-0 a b'],
        ['started', 'a', '=>'],
        ['silent', 'w-0', '=>'],
        ['done', 'a', '=>'],
        ['silent', 'w-0', '=>', 'running b'],
      ],
      { slots: 2 },
    ))

  test('what it said itself is not said again', () =>
    play([...one, ['submit', plain('a'), '=>', 'assign w-0 a'], ['started', 'a', '=>'], ['silent', 'w-0', '=>']]))

  test('what was cancelled there does not count as running', () =>
    play([
      ...one,
      ['submit', plain('a'), '=>', 'assign w-0 a'],
      ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
      ['silent', 'w-0', '=>'],
    ]))
})

describe('lost workers', () => {
  test('one that said goodbye gets nothing more', () =>
    play(
      [
        ...one,
        ['goodbye', 'w-0', '=>'],
        ['submit', plain('a'), '=>'],
        ['lost', 'w-0', '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 a'],
      ],
      { maxWorkers: 1 },
    ))

  test('what had not started moves in order, before what came later, and one at a time', () =>
    play(
      [
        ...one,
        ['measured', 0.5, '=>'],
        ['submit', plain('a', 'b', 'c', 'd', 'e', 'f'), '=>', 'assign w-0 a b c d'],
        ['lost', 'w-0', '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 a'],
        ['done', 'a', '=>', 'assign w-1 b'],
        ['done', 'b', '=>', 'assign w-1 c'],
        ['done', 'c', '=>', 'assign w-1 d'],
        ['done', 'd', '=>', 'assign w-1 e f'],
      ],
      { maxWorkers: 1 },
    ))

  test('a started task survives allowedFailures of them', () =>
    play(
      [
        ...one,
        ['submit', { a: {}, b: { after: ['a'] } }, '=>', 'assign w-0 a'],
        ['started', 'a', '=>'],
        ['lost', 'w-0', '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 a'],
        ['started', 'a', '=>'],
        ['lost', 'w-1', '=>', 'killed a w-1', 'failed b<a', 'spawn w-2'],
      ],
      { maxWorkers: 1, allowedFailures: 1 },
    ))

  test('the first loss of a task that had not started costs it nothing; from then on it is the only suspect', () =>
    play(
      [
        ...one,
        ['submit', plain('a'), '=>', 'assign w-0 a'],
        ['lost', 'w-0', '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 a'],
        ['lost', 'w-1', '=>', 'killed a w-1', 'spawn w-2'],
      ],
      { maxWorkers: 1, allowedFailures: 0 },
    ))

  test('with several slots, too, a suspect is by itself', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b', 'c'), '=>', 'assign w-0 a b c'],
        ['lost', 'w-0', '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 a'],
        ['submit', plain('d'), '=>'],
        ['lost', 'w-1', '=>', 'killed a w-1', 'spawn w-2'],
        ['ready', 'w-2', '=>', 'assign w-2 b'],
        ['done', 'b', '=>', 'assign w-2 c'],
        ['done', 'c', '=>', 'assign w-2 d'],
      ],
      { maxWorkers: 1, slots: 3, allowedFailures: 0 },
    ))

  test('one that is only believed to run is not charged for it', () =>
    play(
      [
        ...one,
        ['measured', 0.5, '=>'],
        ['submit', plain('a', 'b'), '=>', 'assign w-0 a b'],
        ['silent', 'w-0', '=>', 'running a'],
        ['lost', 'w-0', '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 a'],
        ['done', 'a', '=>', 'assign w-1 b'],
      ],
      { maxWorkers: 1, allowedFailures: 0 },
    ))

  test('a suspect gets a worker for itself, and the others go on elsewhere', () =>
    play(
      [
        ...two,
        ['submit', plain('a', 'b', 'c', 'd'), '=>', 'assign w-0 a', 'assign w-1 b'],
        ['started', 'a', 'b', '=>'],
        ['lost', 'w-0', '=>', 'spawn w-2'],
        ['done', 'b', '=>', 'assign w-1 a'],
        ['submit', plain('e'), '=>'],
        ['ready', 'w-2', '=>', 'assign w-2 c'],
        ['done', 'c', '=>', 'assign w-2 d'],
        ['done', 'a', '=>', 'assign w-1 e'],
      ],
      { maxWorkers: 2 },
    ))

  test('while a suspect waits, one worker is kept free of others', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b', 'c', 'd', 'e'), '=>', 'assign w-0 a b', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 c d'],
        ['started', 'a', 'b', 'c', 'd', '=>'],
        ['lost', 'w-0', '=>', 'spawn w-2'],
        // Two suspects; w-1 is the only worker, and takes nothing new.
        ['done', 'c', '=>'],
        ['ready', 'w-2', '=>', 'assign w-2 a'],
        ['done', 'd', '=>', 'assign w-1 b'],
        ['done', 'a', '=>', 'assign w-2 e'],
      ],
      { maxWorkers: 2, slots: 2 },
    ))

  test('one that said what it ran leaves no other suspects', () =>
    play(
      [
        ...one,
        ['measured', 0.5, '=>'],
        ['submit', plain('a', 'b', 'c', 'd'), '=>', 'assign w-0 a b c d'],
        ['started', 'a', '=>'],
        ['goodbye', 'w-0', '=>'],
        ['lost', 'w-0', '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 a'],
        ['started', 'a', '=>'],
        ['goodbye', 'w-1', '=>'],
        ['lost', 'w-1', '=>', 'killed a w-1', 'spawn w-2'],
        ['ready', 'w-2', '=>', 'assign w-2 b c d'],
      ],
      { maxWorkers: 1, allowedFailures: 1 },
    ))

  test('one that ran nothing but what was cancelled leaves no suspects either', () =>
    play(
      [
        ...one,
        ['measured', 0.5, '=>'],
        ['submit', plain('a', 'b', 'c'), '=>', 'assign w-0 a b c'],
        ['started', 'a', '=>'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        ['goodbye', 'w-0', '=>'],
        ['lost', 'w-0', '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 b c'],
      ],
      { maxWorkers: 1 },
    ))

  test('of several that ran there, the cause is found without the others paying for it', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b'), '=>', 'assign w-0 a b'],
        ['started', 'a', 'b', '=>'],
        ['goodbye', 'w-0', '=>'],
        ['lost', 'w-0', '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 a'],
        ['started', 'a', '=>'],
        ['goodbye', 'w-1', '=>'],
        ['lost', 'w-1', '=>', 'killed a w-1', 'spawn w-2'],
        ['ready', 'w-2', '=>', 'assign w-2 b'],
      ],
      { maxWorkers: 1, slots: 2, allowedFailures: 1 },
    ))

  test('one that ends before it ran anything, again and again, is no way to run for ever', () =>
    play(
      [
        ...one,
        ['submit', plain('a'), '=>', 'assign w-0 a'],
        ['goodbye', 'w-0', '=>'],
        ['lost', 'w-0', '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 a'],
        ['goodbye', 'w-1', '=>'],
        ['lost', 'w-1', '=>', 'killed a w-1', 'spawn w-2'],
      ],
      { maxWorkers: 1, allowedFailures: 0 },
    ))

  test('what was moved there cannot be run again', () =>
    play(
      [
        ...one,
        ['submit', { a: { transfer: [] }, b: { after: ['a'] } }, '=>', 'assign w-0 a'],
        ['lost', 'w-0', '=>', 'lost a w-0', 'failed b<a', 'spawn w-1'],
      ],
      { maxWorkers: 1 },
    ))

  test('what was cancelled there is forgotten', () =>
    play(
      [
        ...one,
        ['submit', plain('a'), '=>', 'assign w-0 a'],
        ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
        ['lost', 'w-0', '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>'],
      ],
      { maxWorkers: 1 },
    ))
})

test('a task that ended holds on to nothing that it was given', () => {
  const scheduler = new Scheduler({ name: 'w', maxWorkers: 1, minWorkers: 1, slots: 1, allowedFailures: 0 })
  const spec = { uid: 'a', name: 'a', function: 'a', args: [{ big: true }], transfer: [], priority: 0, owner: undefined }
  const task = new ScheduledTask(0, spec, {} as TaskSink, { meanMs: undefined })
  scheduler.handle([{ type: 'submitted', tasks: [task] }])
  scheduler.handle([{ type: 'canceled', tasks: [task] }])
  expect(task).toMatchObject({ args: [], transfer: undefined, dependencies: undefined })
})

test('many dependents are cancelled without a deep stack', () => {
  const scheduler = new Scheduler({ name: 'w', maxWorkers: 1, minWorkers: 1, slots: 1, allowedFailures: 0 })
  const make = (id: number, dependencies: readonly ScheduledTask[]) => {
    const spec = { uid: `${id}`, name: '', function: '', args: [], priority: 0, owner: undefined, dependencies }
    return new ScheduledTask(id, spec, {} as TaskSink, { meanMs: undefined })
  }
  const root = make(0, [])
  const wide = Array.from({ length: 200_000 }, (_, i) => make(i + 1, [root]))
  scheduler.handle([{ type: 'submitted', tasks: [root, ...wide] }])
  const [decision] = scheduler.handle([{ type: 'canceled', tasks: [root] }])
  expect(decision).toMatchObject({ type: 'canceled', tasks: { length: 200_001 } })
})

test('a demand by the name of a property that every object has is a demand', () =>
  play([...one, ['submit', { a: { resources: { toString: 1 } } }, '=>', 'impossible a']], { maxWorkers: 1 }))

describe('limits', () => {
  test('a task that may take so long is given that from its start, and fails when it is over', () =>
    play([
      ...one,
      ['submit', { a: { timeout: 50 }, b: { after: ['a'] } }, '=>', 'assign w-0 a'],
      ['started', 'a', '=>', 'limit w-0 a 50'],
      ['started', 'a', '=>'],
      ['timedOut', 'a', '=>', 'abort w-0 a', 'timedOut a', 'failed b<a'],
      ['overdue', 'w-0', 'a', '=>', 'terminate w-0', 'spawn w-1'],
    ]))

  test('one that ended in time, or was lost with its worker, does not fail by it', () =>
    play([
      ...one,
      ['submit', { a: { timeout: 50 } }, '=>', 'assign w-0 a'],
      ['started', 'a', '=>', 'limit w-0 a 50'],
      ['lost', 'w-0', '=>', 'spawn w-1'],
      ['timedOut', 'a', '=>'],
      ['ready', 'w-1', '=>', 'assign w-1 a'],
      ['timedOut', 'a', '=>'],
      ['started', 'a', '=>', 'limit w-1 a 50'],
      ['done', 'a', '=>'],
      ['timedOut', 'a', '=>'],
    ]))

  test('what keeps a worker silent has begun', () =>
    play([
      ...one,
      ['submit', { a: { timeout: 50 } }, '=>', 'assign w-0 a'],
      ['silent', 'w-0', '=>', 'limit w-0 a 50', 'running a'],
    ]))

  test('where it is known what a silent worker runs, all of that has begun', () =>
    play(
      [
        ...one,
        ['submit', { a: {}, b: { timeout: 50 }, c: {} }, '=>', 'assign w-0 a b c'],
        ['started', 'a', '=>'],
        ['silentKnown', 'w-0', 'a', 'b', '=>', 'limit w-0 b 50', 'running b'],
      ],
      { slots: 3 },
    ))

  test('what asks for more than any worker has fails, and so does what waits for it', () =>
    play(
      [
        ...one,
        ['submit', { a: { resources: { GPU: 2 } }, b: { after: ['a'] } }, '=>', 'impossible a', 'failed b<a'],
        ['submit', { c: { resources: { GPU: 1 } } }, '=>', 'assign w-0 c'],
      ],
      { resources: { GPU: 1 } },
    ))

  // 1 - 0.1 - 0.2 - 0.3 + 0.3 + 0.2 + 0.1 is less than 1.
  test('amounts come back whole, however they were divided', () =>
    play(
      [
        ...one,
        [
          'submit',
          { a: { resources: { GPU: 0.1 } }, b: { resources: { GPU: 0.2 } }, c: { resources: { GPU: 0.3 } } },
          '=>',
          'assign w-0 a b c',
        ],
        ['done', 'c', 'b', 'a', '=>'],
        ['submit', { whole: { resources: { GPU: 1 } } }, '=>', 'assign w-0 whole'],
      ],
      { maxWorkers: 1, slots: 3, resources: { GPU: 1 } },
    ))
})

describe('retries', () => {
  test('what throws is run again before what came later, until it may not any more', () =>
    play(
      [
        ...one,
        ['submit', { a: { retries: 1 }, b: {}, c: { after: ['a'] } }, '=>', 'assign w-0 a'],
        ['failed', 'a', '=>', 'assign w-0 a'],
        ['failed', 'a', '=>', 'failed c<a', 'assign w-0 b'],
      ],
      { maxWorkers: 1 },
    ))

  test('a worker that says twice that it threw is believed once', () =>
    play(
      [
        ...one,
        ['submit', { a: { retries: 2 }, b: {} }, '=>', 'assign w-0 a'],
        ['failed', 'a', 'a', '=>', 'assign w-0 a'],
        ['failed', 'a', '=>', 'assign w-0 a'],
        ['done', 'a', 'a', '=>', 'assign w-0 b'],
        ['done', 'b', '=>', 'terminate w-0 maxTasksPerWorker', 'spawn w-1'],
      ],
      { maxWorkers: 1, maxTasks: 4 },
    ))

  test('what cannot be sent is not', () =>
    play([...one, ['submit', { a: { retries: 1 } }, '=>', 'assign w-0 a'], ['refused', 'a', '=>']]))

  test('what was cancelled is not', () =>
    play([
      ...one,
      ['submit', { a: { retries: 1 } }, '=>', 'assign w-0 a'],
      ['cancel', 'a', '=>', 'abort w-0 a', 'canceled a'],
      ['failed', 'a', '=>'],
    ]))
})

describe('workers that have done their part', () => {
  test('one that was through with so many is replaced, and gets no more before', () =>
    play(
      [
        ...one,
        ['submit', plain('a', 'b', 'c'), '=>', 'assign w-0 a'],
        ['done', 'a', '=>', 'assign w-0 b'],
        ['done', 'b', '=>', 'terminate w-0 maxTasksPerWorker', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 c'],
      ],
      { maxWorkers: 1, maxTasks: 2 },
    ))

  test('what it was not to run any more does not count', () =>
    play(
      [
        ...one,
        ['measured', 0.01, '=>'],
        ['submit', plain('a', 'b', 'c'), '=>', 'assign w-0 a b'],
        ['cancel', 'b', '=>', 'abort w-0 b', 'canceled b'],
        ['returned', 'b', '=>', 'assign w-0 c'],
        ['done', 'a', '=>'],
        ['done', 'c', '=>', 'terminate w-0 maxTasksPerWorker', 'spawn w-1'],
      ],
      { maxWorkers: 1, maxTasks: 2 },
    ))

  test('one that has almost all of its tasks does not stand for all of its slots', () =>
    play(
      [
        ...one,
        ['submit', plain('a'), '=>', 'assign w-0 a'],
        ['done', 'a', '=>'],
        ['submit', plain('b', 'c'), '=>', 'assign w-0 b', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 c'],
        ['done', 'c', '=>'],
        ['done', 'b', '=>', 'terminate w-0 maxTasksPerWorker'],
      ],
      { slots: 2, maxTasks: 2 },
    ))

  test('one that has had nothing to do for long ends, where more are there than are kept', () =>
    play([...two, ['idle', 'w-0', 'w-1', '=>', 'terminate w-0 idle'], ['idle', 'w-1', '=>']]))

  test('one that holds something, or is wanted, does not', () =>
    play([
      ...two,
      ['submit', plain('a'), '=>', 'assign w-0 a'],
      ['idle', 'w-0', '=>'],
      ['submit', plain('b'), '=>', 'assign w-1 b'],
      ['done', 'a', '=>'],
      ['idle', 'w-0', '=>', 'terminate w-0 idle'],
      ['submit', plain('c'), '=>', 'spawn w-2'],
    ]))

  test('one that is ended while it starts is no sign of what the next will do', () =>
    play(
      [
        ['open', '=>', 'spawn w-0'],
        ['terminated', 'w-0', '=>', 'spawn w-1'],
        ['terminated', 'w-1', '=>', 'spawn w-2'],
        ['terminated', 'w-2', '=>', 'spawn w-3'],
        ['submit', plain('a'), '=>'],
        ['terminated', 'w-3', '=>', 'spawn w-4'],
        ['ready', 'w-4', '=>', 'assign w-4 a'],
      ],
      { maxWorkers: 1 },
    ))
})

describe('tasks for certain workers', () => {
  test('one is run there, and waits for it', () =>
    play([
      ...two,
      ['submit', { a: { workers: ['w-1'] }, b: { workers: ['w-1'] }, c: {} }, '=>', 'assign w-0 c', 'assign w-1 a'],
      ['done', 'c', '=>'],
      ['done', 'a', '=>', 'assign w-1 b'],
    ]))

  test('where none of them is there it fails, and so does what waits for it', () =>
    play([...one, ['submit', { a: { workers: ['w-7'] }, b: { after: ['a'] } }, '=>', 'forsaken a', 'failed b<a']]))

  test('when the last of them goes, it fails; one that started there, too', () =>
    play([
      ...two,
      ['submit', { a: { workers: ['w-1'] }, b: { workers: ['w-1'] } }, '=>', 'assign w-1 a'],
      ['started', 'a', '=>'],
      ['lost', 'w-1', '=>', 'forsaken a', 'forsaken b'],
    ]))

  test('others take it where they may, but those come first', () =>
    play([
      ...two,
      [
        'submit',
        { a: { workers: ['w-1'], allowOtherWorkers: true }, b: { workers: ['w-1'], allowOtherWorkers: true } },
        '=>',
        'assign w-0 b',
        'assign w-1 a',
      ],
    ]))

  test('the worker where its input was made comes first, though nobody counted the bytes', () =>
    play([
      ...two,
      ['submit', { a: {}, b: {}, c: { after: ['b'] } }, '=>', 'assign w-0 a', 'assign w-1 b'],
      ['done', 'a', '=>'],
      ['done', 'b', '=>', 'assign w-1 c'],
    ]))
})

test('many that are for a worker that is not there fail at once', () => {
  const scheduler = new Scheduler({ name: 'w', maxWorkers: 1, minWorkers: 1, slots: 1, allowedFailures: 0 })
  scheduler.handle([{ type: 'opened' }])
  scheduler.handle([{ type: 'workerReady', worker: 'w-0' }])
  const tasks = Array.from({ length: 200_000 }, (_, id) => {
    const spec = { uid: `${id}`, name: '', function: '', args: [], priority: 0, owner: undefined, workers: ['w-0'] }
    return new ScheduledTask(id, spec, {} as TaskSink, { meanMs: undefined })
  })
  scheduler.handle([{ type: 'submitted', tasks }])
  const decisions = scheduler.handle([{ type: 'workerLost', worker: 'w-0', exit: { reason: 'exited' } }])
  expect(decisions.filter(({ type }) => type === 'forsaken')).toHaveLength(200_000)
  expect(scheduler.busy).toBe(false)
})

test('workers that get ready, and end before they run anything, are given up in the end', () => {
  const scheduler = new Scheduler({ name: 'w', maxWorkers: 1, minWorkers: 1, slots: 1, allowedFailures: 0 })
  const spec = { uid: 'a', name: 'a', function: 'a', args: [], priority: 0, owner: undefined }
  const task = new ScheduledTask(0, spec, {} as TaskSink, { meanMs: undefined })
  scheduler.handle([{ type: 'opened' }])
  scheduler.handle([{ type: 'submitted', tasks: [task] }])
  let decisions: Decision[] = []
  let ends = 0
  for (; task.live && ends < 100; ends++) {
    const worker = `w-${ends}`
    scheduler.handle([{ type: 'workerReady', worker }])
    expect(task.worker?.id).toBe(worker)
    decisions = scheduler.handle([
      { type: 'returned', tasks: [task] },
      { type: 'workerLost', worker, exit: { reason: 'error' }, running: [] },
    ])
  }
  expect(decisions.map(write)).toEqual(['stranded a'])
  expect(ends).toBe(13)
})
