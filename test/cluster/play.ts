import { expect } from 'vitest'
import type { Flight } from '../../src/cluster/flight.js'
import { ScheduledTask } from '../../src/cluster/scheduled-task.js'
import { Scheduler, type SchedulerOptions } from '../../src/cluster/scheduler.js'
import type { Decision } from '../../src/cluster/scheduler-events.js'
import type { TaskSink, TaskSpec } from '../../src/core/cluster.js'

// One row: a story of events, each with what the scheduler decides. Tasks are named by letters; a decision is written
// `assign w-0 a b`, `spawn w-1`, `spawn w-1 +50` (ms later), `abort w-0 a`, `canceled a`, `recall w-0`, `terminate w-0`,
// `terminate w-0 idle`, `takeBack w-0 a`, `failed b<a`, `killed a w-0`, `lost a w-0`, `stranded a`, `running a`, `limit w-0 a 50` (ms), `timedOut a`,
// `impossible a`, `forsaken a`, `move a w-0 w-1`, `move a w-0 here`, `release w-0 0 1` (ids), `here a`, `unsendable a`,
// `inputFailed a`, `valueLost a w-0`. `landed` and `grounded` are of the oldest move.

type Step =
  | readonly [event: 'open']
  | readonly [event: 'submit', tasks: Readonly<Record<string, Partial<TaskSpec> & Needs>>]
  | readonly [
      event: 'ready' | 'goodbye' | 'lost' | 'late' | 'silent' | 'tick' | 'doubted' | 'recalled' | 'recallDue',
      worker: string,
    ]
  | readonly [event: 'idle', ...workers: readonly string[]]
  | readonly [event: 'terminated', worker: string]
  | readonly [event: 'started' | 'done' | 'failed' | 'refused' | 'returned' | 'cancel' | 'timedOut', ...tasks: readonly string[]]
  | readonly [event: 'overdue' | 'lostKnown' | 'silentKnown', worker: string, ...tasks: readonly string[]]
  | readonly [event: 'kept', task: string, bytes: number]
  | readonly [event: 'small' | 'wanted', task: string]
  | readonly [event: 'scale', workers: number]
  | readonly [event: 'released', ...tasks: readonly string[]]
  | readonly [event: 'landed' | 'grounded']
  | readonly [event: 'scattered', task: string, ...workers: readonly string[]]
  | readonly [event: 'measured', ms: number]
  | readonly [event: 'close']

export type Row = readonly (readonly [...step: Step, '=>', ...decisions: readonly string[]])[]

export function play(row: Row, options: Partial<SchedulerOptions> = {}): void {
  const scheduler = new Scheduler({ name: 'w', maxWorkers: 2, minWorkers: 1, slots: 1, allowedFailures: 3, ...options })
  const tasks = new Map<string, ScheduledTask>()
  /** What is under way, the oldest first. */
  const flights: Flight[] = []
  const group = { meanMs: undefined as number | undefined }
  const named = (names: readonly unknown[]) => names.map((name) => tasks.get(name as string) as ScheduledTask)

  const handle = (event: string, rest: readonly unknown[]): readonly Decision[] => {
    switch (event) {
      case 'open':
        return scheduler.handle([{ type: 'opened' }])
      case 'close':
        return scheduler.handle([{ type: 'closed' }])
      case 'submit':
        return scheduler.handle([
          {
            type: 'submitted',
            tasks: Object.entries(rest[0] as object).map(([name, spec]) => add(name, spec)),
          },
        ])
      case 'ready':
        return scheduler.handle([{ type: 'workerReady', worker: rest[0] as string }])
      case 'lost':
        return scheduler.handle([{ type: 'workerLost', worker: rest[0] as string, exit: { reason: 'exited' } }])
      case 'lostKnown':
        return scheduler.handle([
          {
            type: 'workerLost',
            worker: rest[0] as string,
            exit: { reason: 'exited' },
            running: named(rest.slice(1)),
          },
        ])
      case 'idle':
        return scheduler.handle([{ type: 'idle', workers: rest as string[] }])
      case 'terminated':
        return scheduler.handle([{ type: 'workerLost', worker: rest[0] as string, exit: { reason: 'terminated' } }])
      case 'goodbye':
        return scheduler.handle([{ type: 'goodbye', worker: rest[0] as string }])
      case 'late':
        return scheduler.handle([{ type: 'workerLost', worker: rest[0] as string, exit: { reason: 'timeout' } }])
      case 'overdue':
        return scheduler.handle([{ type: 'overdue', worker: rest[0] as string, tasks: named(rest.slice(1)) }])
      case 'doubted':
      case 'recalled':
      case 'recallDue':
        return scheduler.handle([{ type: event, worker: rest[0] as string }])
      case 'kept':
        return scheduler.handle([{ type: 'kept', tasks: named([rest[0]]), made: [rest[1] as number] }])
      case 'small':
        return scheduler.handle([{ type: 'kept', tasks: named([rest[0]]), made: [{ value: 1 }] }])
      case 'scale':
        return scheduler.handle([{ type: 'scaled', workers: rest[0] as number }])
      case 'wanted':
        return scheduler.handle([{ type: 'wanted', task: named(rest)[0] as ScheduledTask }])
      case 'released':
        return scheduler.handle([{ type: 'released', tasks: named(rest) }])
      case 'landed':
        return scheduler.handle([{ type: 'landed', flight: flights.shift() as Flight }])
      case 'grounded':
        return scheduler.handle([{ type: 'grounded', flight: flights.shift() as Flight, error: new Error('no') }])
      case 'scattered': {
        const [name, ...workers] = rest as string[]
        const task = ScheduledTask.ofValue(
          tasks.size,
          { uid: name as string, name: '', owner: 0, value: 0, broadcast: false },
          {} as TaskSink,
        )
        tasks.set(name as string, task)
        return scheduler.handle([{ type: 'scattered', task, made: 10_000, workers }])
      }
      case 'measured':
        return scheduler.handle([{ type: 'measured', group, calls: 100, ms: 100 * (rest[0] as number) }])
      case 'silentKnown':
        return scheduler.handle([{ type: 'silent', worker: rest[0] as string, running: named(rest.slice(1)) }])
      case 'silent':
      case 'tick':
        return scheduler.handle([{ type: event, worker: rest[0] as string }])
      case 'cancel':
        return scheduler.handle([{ type: 'canceled', tasks: named(rest) }])
      default:
        return scheduler.handle([{ type: event as 'done', tasks: named(rest) }])
    }
  }

  const add = (name: string, { after, on, ...spec }: Partial<TaskSpec> & Needs): ScheduledTask => {
    const dependencies = after === undefined ? undefined : named(after)
    const inputs = on && named(on).map((task, i) => ({ task, path: [i] }))
    const whole = { uid: name, name, function: name, args: [], priority: 0, owner: undefined, dependencies, inputs, ...spec }
    const task = new ScheduledTask(tasks.size, whole, {} as TaskSink, group)
    tasks.set(name, task)
    return task
  }

  row.forEach((step, i) => {
    const arrow = step.indexOf('=>' as never)
    const [event, ...rest] = step.slice(0, arrow) as unknown as [string, ...unknown[]]
    const expected = step.slice(arrow + 1)
    const decisions = handle(event, rest)
    for (const decision of decisions) if (decision.type === 'move') flights.push(decision.flight)
    expect(decisions.map(write), `step ${i}: ${event}`).toEqual(expected)
  })
}

const names = (tasks: readonly ScheduledTask[]) => tasks.map((task) => task.uid).join(' ')

/** A decision as a row has it. */
export function write(decision: Decision): string {
  switch (decision.type) {
    case 'spawn':
      return `spawn ${decision.worker}${decision.delayMs === 0 ? '' : ` +${decision.delayMs}`}`
    case 'recall':
      return `recall ${decision.worker}`
    case 'terminate':
      return `terminate ${decision.worker}${decision.why === 'stuck' ? '' : ` ${decision.why}`}`
    case 'assign':
    case 'abort':
    case 'takeBack':
      return `${decision.type} ${decision.worker} ${names(decision.tasks)}`
    case 'canceled':
    case 'timedOut':
    case 'stranded':
      return `${decision.type} ${names(decision.tasks)}`
    case 'running':
    case 'forsaken':
    case 'impossible':
      return `${decision.type} ${decision.task.uid}`
    case 'limit':
      return `limit ${decision.worker} ${decision.task.uid} ${decision.ms}`
    case 'dependencyFailed':
      return `failed ${decision.task.uid}<${decision.failed.uid}`
    case 'killed':
    case 'lost':
    case 'valueLost':
      return `${decision.type} ${decision.task.uid} ${decision.worker}`
    case 'move':
      return `move ${decision.flight.value.uid} ${decision.flight.from.id} ${decision.flight.to?.id ?? 'here'}`
    case 'release':
      return `release ${decision.worker} ${decision.ids.join(' ')}`
    case 'here':
    case 'unsendable':
    case 'inputFailed':
    case 'apart':
      return `${decision.type} ${decision.task.uid}`
  }
}

interface Needs {
  /** Tasks that must be done before. */
  readonly after?: readonly string[]
  /** Tasks whose values are its arguments. */
  readonly on?: readonly string[]
}

/** Tasks without anything special. */
export const plain = (...uids: readonly string[]) => Object.fromEntries(uids.map((uid) => [uid, {}]))

/** Two workers that are ready. */
export const two: Row = [
  ['open', '=>', 'spawn w-0'],
  ['ready', 'w-0', '=>'],
  ['submit', plain('x', 'y'), '=>', 'assign w-0 x', 'spawn w-1'],
  ['ready', 'w-1', '=>', 'assign w-1 y'],
  ['done', 'x', 'y', '=>'],
]

export const one: Row = [
  ['open', '=>', 'spawn w-0'],
  ['ready', 'w-0', '=>'],
]
