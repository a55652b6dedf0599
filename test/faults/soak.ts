import type { Subject } from '../conformance/subject.js'
import type { Figures } from './ledger.js'
import { Stage } from './stage.js'
import { blow, openTarget, randomOf } from './storm.js'

/** What the program holds, once what is garbage is gone. */
export interface Sample {
  readonly heapBytes: number
  /** Of the whole process, its workers included. */
  readonly residentBytes: number
  /** Timers, ports, workers: what keeps a process alive. */
  readonly handles: number
}

export interface SoakOptions {
  readonly minutes: number
  readonly seed: number
  readonly sample: () => Promise<Sample>
  readonly print: (line: string) => void
}

const ROUND = 500
const MINUTE_MS = 60_000

/**
 * Two backends in a storm, for minutes: mixed tasks, workers that are ended, cancels, timeouts.
 *
 * Answers what did not hold.
 */
export async function soak(subject: Subject, { minutes, seed, sample, print }: SoakOptions): Promise<readonly string[]> {
  const before = await sample()
  const stage = new Stage(subject)
  const targets = await Promise.all([openTarget(stage), openTarget(stage)])
  const chances = targets.map((_, i) => ({ tasks: randomOf(seed + 2 * i), kills: randomOf(seed + 2 * i + 1) }))
  const start = performance.now()
  let total: Figures = { faults: 0, tasks: 0, lost: 0, doubled: 0, longestMs: 0 }
  let first: Sample | undefined
  let told = 0
  while (performance.now() - start < minutes * MINUTE_MS) {
    await Promise.all(targets.map((target, i) => blow(stage, target, ROUND, chances[i] as (typeof chances)[number])))
    total = sum(total, stage.ledger.forgetEnded())
    const passed = (performance.now() - start) / MINUTE_MS
    if (passed < told + 1) continue
    told = Math.floor(passed)
    const now = await sample()
    first ??= now
    print(`minute ${told}: ${tell(total)}; ${tellMemory(now)}, ${now.handles} handles`)
  }
  const last = await sample()
  const wrongs = [...stage.ledger.wrongs()]
  await stage.end()
  const after = await sample()
  print(`seed ${seed}: ${tell(total)}`)
  print(
    `after the first minute: ${tellMemory(first ?? last)}; at the end: ${tellMemory(last)}; after the shutdown: ${tellMemory(after)}`,
  )
  print(`after the shutdown: ${stage.workers} workers, ${after.handles} handles (${before.handles} before the start)`)
  if (first !== undefined && last.heapBytes > 1.1 * first.heapBytes) wrongs.push(`the heap grew by more than a tenth`)
  if (stage.workers > 0) wrongs.push(`${stage.workers} workers are left`)
  if (after.handles > before.handles) wrongs.push(`${after.handles - before.handles} handles are left`)
  return wrongs
}

function sum(a: Figures, b: Figures): Figures {
  return {
    faults: a.faults + b.faults,
    tasks: a.tasks + b.tasks,
    lost: a.lost + b.lost,
    doubled: a.doubled + b.doubled,
    longestMs: Math.max(a.longestMs, b.longestMs),
  }
}

function tell({ faults, tasks, lost, doubled, longestMs }: Figures): string {
  return `${faults} faults, ${tasks} tasks, lost ${lost}, doubled ${doubled}, longest ${longestMs} ms to settle`
}

function tellMemory({ heapBytes, residentBytes }: Sample): string {
  return `heap ${mebibytes(heapBytes)}, resident ${mebibytes(residentBytes)}`
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
