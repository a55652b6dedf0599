import { getTaskContext } from 'daskflow/worker'
import type { Reading } from './readings.ts'
import { medianOf } from './statistics.ts'

/** By how much one station is warmer than another at the same time, in °C. */
export interface Gap {
  readonly median: number
  /** The ends of its 95 % confidence interval. */
  readonly low: number
  readonly high: number
}

export type Verdict = 'warmer' | 'colder' | 'neither'

/** A week of readings. They are drawn together, since the weather of one hour is much like that of the hour before. */
const BLOCK = 28
const SEED = 95

/** Resamples the differences again and again (a bootstrap of blocks): the slow part, which a person may not want to wait for. */
export function estimateGap(ours: readonly Reading[], theirs: readonly Reading[], resamples: number): Gap {
  const { report } = getTaskContext()
  const gaps = gapsOf(ours, theirs)
  const random = randomNumbers(SEED)
  const medians = new Float64Array(resamples)
  const step = Math.ceil(resamples / 100)
  for (let i = 0; i < resamples; i++) {
    if (i % step === 0) report(i / resamples)
    medians[i] = medianOf(resample(gaps, random))
  }
  medians.sort()
  const at = (share: number) => medians[Math.round(share * (resamples - 1))]
  return { median: medianOf(gaps), low: at(0.025), high: at(0.975) }
}

/** What the interval says: nothing, when zero is in it. */
export function judge({ low, high }: Gap): Verdict {
  if (low > 0) return 'warmer'
  return high < 0 ? 'colder' : 'neither'
}

/** Of the times at which both have a reading. */
function gapsOf(ours: readonly Reading[], theirs: readonly Reading[]): Float64Array {
  const others = new Map(theirs.map(({ time, celsius }) => [time, celsius]))
  const gaps: number[] = []
  for (const { time, celsius } of ours) {
    const other = others.get(time)
    if (other !== undefined) gaps.push(celsius - other)
  }
  return Float64Array.from(gaps)
}

/** As many values again, block by block, from anywhere: the row is taken for a ring. */
function resample(values: Float64Array, random: () => number): Float64Array {
  const drawn = new Float64Array(values.length)
  for (let to = 0; to < drawn.length; to += BLOCK) {
    const from = Math.floor(random() * values.length)
    const end = Math.min(to + BLOCK, drawn.length)
    for (let i = to; i < end; i++) drawn[i] = values[(from + i - to) % values.length]
  }
  return drawn
}

/** The same numbers in every run, from 0 to 1 (a linear congruential generator, with the constants of Numerical Recipes). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
