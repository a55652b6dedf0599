import { expect } from 'chai'
import type { TaskContext, WorkerHandle } from '../../src/index.js'
import type { Backend, TaskRecord } from '../conformance/case.js'
import type { Expected } from './ledger.js'
import { SETTLE_MS, type Stage } from './stage.js'

/** Milliseconds between two ends of a worker. */
const KILL_EVERY_MS = 50
const BATCH = 100

export interface Target {
  readonly backend: Backend
  readonly handles: ReadonlyMap<string, WorkerHandle>
  /** The ids of those that take tasks. */
  readonly ready: ReadonlySet<string>
}

export async function openTarget(stage: Stage): Promise<Target> {
  // That a task is lost again and again is not its fault here.
  const reachable = await stage.startReachable({ nWorkers: 2, cancelGrace: 50, allowedFailures: 1_000_000 })
  const ready = new Set<string>(reachable.handles.keys())
  reachable.backend.onWorker(({ type, workerId }) => {
    if (type === 'ready') ready.add(workerId)
    else ready.delete(workerId)
  })
  return { ...reachable, ready }
}

/** Mixed tasks, some of them cancelled or timed out, while workers are ended from outside. A seed makes its tasks. */
export async function storm(
  stage: Stage,
  { tasks, seed = Date.now() % 2 ** 31 }: { tasks: number; seed?: number },
): Promise<void> {
  const target = await openTarget(stage)
  await blow(stage, target, tasks, { tasks: randomOf(seed), kills: randomOf(seed + 1) })
  expect(stage.ledger.wrongs(), `seed ${seed}`).to.deep.equal([])
  await stage.isWell(target.backend)
}

/** Of the tasks, and of the workers that are ended: when those come is not for the seed to say. */
interface Chance {
  readonly tasks: () => number
  readonly kills: () => number
}

export async function blow(stage: Stage, target: Target, count: number, chance: Chance): Promise<void> {
  const { backend } = target
  const random = chance.tasks
  const killing = setInterval(() => {
    const victim = victimOf(target, chance.kills)
    if (victim === undefined) return
    stage.ledger.strike()
    void victim.terminate()
  }, KILL_EVERY_MS)
  try {
    for (let left = count; left > 0; left -= BATCH) {
      const tasks = Array.from({ length: Math.min(BATCH, left) }, () => taskOf(stage, random))
      await stage.submit(backend, tasks)
      const victims = tasks.filter(({ ends }) => ends.includes('CANCELED'))
      for (const { record } of victims) {
        await new Promise<void>((resolve) => setTimeout(resolve, random() * 20))
        stage.ledger.strike(record)
        await backend.cancelTask(record.uid)
      }
    }
    await stage.ledger.settled(4 * SETTLE_MS)
  } finally {
    clearInterval(killing)
  }
}

// Seldom one that starts: where that takes longer than the pause between two ends, none would ever get ready.
const STARTING = 0.1

function victimOf({ handles, ready }: Target, random: () => number): WorkerHandle | undefined {
  const any = random() < STARTING
  const victims = [...handles].filter(([id]) => any || ready.has(id))
  return victims[Math.floor(random() * victims.length)]?.[1]
}

const KINDS: readonly ((stage: Stage, random: () => number) => Expected)[] = [
  ...Array.from({ length: 12 }, () => (stage: Stage) => stage.neighbours(1)[0] as Expected),
  (stage, random) => ({ ...stage.culprit(sleep, ['DONE'], { args: [random() * 20] }), result: 'slept' }),
  (stage) => ({ ...stage.culprit(compute, ['DONE'], { args: [20_000] }), result: 199_990_000 }),
  (stage) => stage.culprit(fails, ['FAILED']),
  (stage) => ({ ...stage.culprit(thirdTime, ['DONE'], { taskBackendSpecificKwargs: { retries: 1_000 } }), result: 'at last' }),
  (stage) => stage.culprit(never, ['FAILED'], { taskBackendSpecificKwargs: { timeout: 20 } }),
  (stage, random) => stage.culprit(sleep, ['DONE', 'CANCELED'], { args: [random() * 50] }),
  (stage) => stage.culprit(never, ['CANCELED']),
  transferred,
]

function taskOf(stage: Stage, random: () => number): Expected {
  const kind = KINDS[Math.floor(random() * KINDS.length)] as (typeof KINDS)[number]
  return kind(stage, random)
}

// Lost with its worker: what was moved there is gone.
function transferred(stage: Stage): Expected {
  const buffer = new ArrayBuffer(1024)
  const more = { args: [buffer], taskBackendSpecificKwargs: { transfer: [buffer] } } satisfies Partial<TaskRecord>
  return { ...stage.culprit(bytesOf, ['DONE', 'FAILED'], more), result: 1024 }
}

const bytesOf = async (buffer: ArrayBuffer) => buffer.byteLength
const never = async () => new Promise<void>(() => {})
const sleep = async (ms: number) => {
  await new Promise<void>((resolve) => setTimeout(resolve, ms))
  return 'slept'
}
const compute = async (n: number) => {
  let sum = 0
  for (let i = 0; i < n; i++) sum += i
  return sum
}
const fails = async () => {
  throw new RangeError('on purpose')
}
const thirdTime = async function (this: TaskContext) {
  if (this.attempt < 3) throw new RangeError(`attempt ${this.attempt}`)
  return 'at last'
}

/** Numbers from 0 to 1 that the seed makes: mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
