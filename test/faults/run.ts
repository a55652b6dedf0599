import type { Subject } from '../conformance/subject.js'
import type { Fault } from './fault.js'
import { faults } from './faults.js'
import type { Figures } from './ledger.js'
import { Stage } from './stage.js'

export interface Tried {
  readonly fault: Fault
  /** Why it was not tried. */
  readonly skipped?: string
  readonly figures?: Figures
  /** What did not hold. */
  readonly wrongs: readonly string[]
}

// Whatever hangs: a run ends.
const FAULT_MS = 150_000

/** Tries all faults, one after the other. */
export async function* tryFaults(subject: Subject): AsyncGenerator<Tried> {
  for (const fault of faults) {
    const skipped = fault.needs?.map((need) => subject.limits[need]).find((reason) => reason !== undefined)
    yield skipped === undefined ? await tryFault(fault, subject) : { fault, skipped, wrongs: [] }
  }
}

async function tryFault(fault: Fault, subject: Subject): Promise<Tried> {
  const stage = new Stage(subject)
  const wrongs: string[] = []
  try {
    await within(FAULT_MS, fault.run(stage))
  } catch (error) {
    wrongs.push(String((error as Error | undefined)?.stack ?? error))
  }
  // Before all that is live is cancelled.
  const { figures } = stage.ledger
  wrongs.push(...stage.ledger.wrongs())
  await stage.end()
  return { fault, figures, wrongs }
}

async function within(ms: number, promise: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${ms} ms`)), ms)
  })
  try {
    await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** One line for what was tried. */
export function lineOf({ fault, skipped, figures, wrongs }: Tried): string {
  if (figures === undefined) return `skipped: ${fault.name}: ${skipped}`
  const { faults: struck, tasks, lost, doubled, longestMs } = figures
  const told = `${fault.name}: ${struck} faults, ${tasks} tasks, lost ${lost}, doubled ${doubled}, longest ${longestMs} ms to settle`
  return wrongs.length === 0 ? `ok ${told}` : `FAILED ${told}\n${wrongs.slice(0, 10).join('\n')}`
}
