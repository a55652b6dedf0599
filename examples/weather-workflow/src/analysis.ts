import type { TaskFuture, WorkflowEngine } from 'daskflow'
import type { Comparison } from './comparison.ts'
import type { Gap, Verdict } from './gap.ts'
import type { Statistics } from './statistics.ts'
import type { Tasks } from './tasks.worker.ts'

/** Beside each other in this order: the two that the gap is between come last. */
export const STATIONS = ['Summit', 'Harbour', 'Valley'] as const

type PerStation<T> = Readonly<Record<(typeof STATIONS)[number], T>>

/** What a person orders. */
export interface Order {
  /** Of the readings. */
  readonly url: string
  readonly resamples: number
}

/** The futures of a workflow that was planned, and runs once its order is there. */
export interface Analysis {
  readonly statistics: PerStation<TaskFuture<Statistics>>
  readonly comparison: TaskFuture<Comparison>
  readonly gap: TaskFuture<Gap>
  readonly verdict: TaskFuture<Verdict>
  /** Those, and the others. */
  readonly tasks: readonly TaskFuture[]
}

/**
 * The workflow. A call takes the futures of others, and is one more future: nothing else says what runs when.
 *
 * Whatever can be awaited may stand among the arguments, so the first task waits for the order, and all others for that one.
 */
export function planAnalysis(flow: WorkflowEngine, order: Promise<Order>): Analysis {
  // By the names that the workers expose, with their types.
  const load = flow.functionTask<Tasks['loadReadings']>({ name: 'Load readings' }, 'loadReadings')
  const select = flow.functionTask<Tasks['selectStation']>('selectStation')
  const describe = flow.functionTask<Tasks['describe']>('describe')
  const compare = flow.functionTask<Tasks['compare']>({ name: 'Compare stations' }, 'compare')
  const estimateGap = flow.functionTask<Tasks['estimateGap']>({ name: 'Estimate gap' }, 'estimateGap')
  const judge = flow.functionTask<Tasks['judge']>({ name: 'Judge gap' }, 'judge')

  const url = order.then(({ url }) => url)
  const resamples = order.then(({ resamples }) => resamples)

  const readings = load(url)
  const selected = forStations((station) => select.with({ name: `Select ${station}` })(readings, station))
  const statistics = forStations((station) => describe.with({ name: `Describe ${station}` })(selected[station]))
  const comparison = compare(statistics)
  const gap = estimateGap(selected.Harbour, selected.Valley, resamples)
  const verdict = judge(gap)

  const tasks = [readings, ...Object.values(selected), ...Object.values(statistics), comparison, gap, verdict]
  return { statistics, comparison, gap, verdict, tasks }
}

function forStations<T>(make: (station: (typeof STATIONS)[number]) => T): PerStation<T> {
  return Object.fromEntries(STATIONS.map((station) => [station, make(station)])) as PerStation<T>
}
