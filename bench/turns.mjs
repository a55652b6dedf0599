import { WORKERS } from './workers.mjs'

/** Starts all contenders, lets `use` have them with what each of them has started, and stops them again. */
export async function withStarted(contenders, platform, use) {
  const started = []
  for (const contender of contenders) {
    const pool = await contender.start({ ...platform, workers: WORKERS })
    started.push({ ...contender, pool, note: noteOf(contender, pool) })
  }
  const result = await use(started)
  await Promise.all(started.map(({ pool }) => pool.stop()))
  return result
}

function noteOf({ share = 1 }, { note }) {
  return share === 1 ? note : `${note}, ${share} of the tasks`
}

const FEWEST_ROUNDS = 5
const MOST_MS = 20_000
const WARM_UP_MS = 5_000

/**
 * Takes a sample of each contender in every round, so that a noisy moment hits them all: sample i of one is to be compared
 * with sample i of another. The first rounds warm up and are dropped. The order is another one in each round, since each
 * finds what the one before has left: garbage, or a core that has fallen asleep. Where a round takes long, there are fewer
 * rounds than were asked for.
 *
 * Answers the rows of a table.
 */
export async function takeTurns(contenders, rounds, takeSample, { warmUp = 1 } = {}) {
  const rows = contenders.map(({ name, role, note = '' }) => ({ name, note, role, samples: [] }))
  await takeRounds(warmUp, { fewest: 1, mostMs: WARM_UP_MS })
  for (const row of rows) row.samples = []
  await takeRounds(rounds, { fewest: FEWEST_ROUNDS, mostMs: MOST_MS })
  return rows

  async function takeRounds(count, { fewest, mostMs }) {
    const startedAt = performance.now()
    const hasTime = (round) => round < fewest || performance.now() - startedAt < mostMs
    for (let round = 0; round < count && hasTime(round); round++) {
      for (const at of shuffled(contenders.length)) rows[at].samples.push(await takeSample(contenders[at]))
    }
  }
}

function shuffled(length) {
  const keys = Array.from({ length }, (_, at) => ({ at, key: Math.random() }))
  return keys.sort((a, b) => a.key - b.key).map(({ at }) => at)
}
