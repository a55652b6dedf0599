import { within } from './within.mjs'

const TURN_MS = 150_000
// One interruption would decide a turn that is over in an instant: such a turn runs its batch again.
const LEAST_SECONDS = 0.25

/**
 * Measures contenders, which take turns, so that a noisy moment hits them all. The first round warms up.
 *
 * Answers for each round and contender its `rate`, tasks per second, and its `trip`, the median seconds of a task alone.
 */
export async function measure(contenders, { rounds, tasks, trips }) {
  const all = []
  for (let round = 0; round <= rounds; round++) all.push(await measureRound(contenders, tasks, trips))
  return all.slice(1)
}

async function measureRound(contenders, tasks, trips) {
  const rates = await takeTurns(contenders, (contender) => rateOf(contender, tasks))
  const times = await takeTurns(contenders, async (contender) => median(await contender.trips(trips)))
  return Object.fromEntries(Object.keys(contenders).map((name) => [name, { rate: rates[name], trip: times[name] }]))
}

async function takeTurns(contenders, measureOne) {
  const results = {}
  for (const [name, contender] of Object.entries(contenders)) {
    results[name] = await within(TURN_MS, `A turn of ${name}`, measureOne(contender))
  }
  return results
}

async function rateOf(contender, tasks) {
  let done = 0
  let seconds = 0
  while (seconds < LEAST_SECONDS) {
    seconds += await contender.run(tasks)
    done += tasks
  }
  return done / seconds
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
