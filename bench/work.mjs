import { FUNCTIONS } from './functions.mjs'

const TRIAL_ROUNDS = 5_000_000
const TRIALS = 9

/** Finds how many rounds of `burn` take a millisecond here, when nothing else runs. */
export async function burnsPerMs() {
  const trials = []
  for (let trial = 0; trial < TRIALS; trial++) {
    const startedAt = performance.now()
    await FUNCTIONS.burn(TRIAL_ROUNDS)
    trials.push(TRIAL_ROUNDS / (performance.now() - startedAt))
  }
  return Math.round(Math.max(...trials))
}
