const FEWEST_ROUNDS = 5
const MOST_MS = 20_000
const WARM_UP_MS = 5_000

/**
 * Takes a sample of each in every round, so that a noisy moment hits them all: sample i of one is to be compared with
 * sample i of another. The first rounds warm up and are dropped. The order is another one in each round, since each finds
 * what the one before has left, such as a core that has fallen asleep. Where a round takes long, there are fewer rounds
 * than were asked for.
 *
 * Answers the samples of each.
 */
export async function takeTurns(takers, rounds, { warmUp = 1 } = {}) {
  await takeRounds(warmUp, { fewest: 1, mostMs: WARM_UP_MS })
  return await takeRounds(rounds, { fewest: FEWEST_ROUNDS, mostMs: MOST_MS })

  async function takeRounds(count, { fewest, mostMs }) {
    const samples = takers.map(() => [])
    const startedAt = performance.now()
    const hasTime = (round) => round < fewest || performance.now() - startedAt < mostMs
    for (let round = 0; round < count && hasTime(round); round++) {
      for (const at of shuffled(takers.length)) samples[at].push(await takers[at]())
    }
    return samples
  }
}

function shuffled(length) {
  const keys = Array.from({ length }, (_, at) => ({ at, key: Math.random() }))
  return keys.sort((a, b) => a.key - b.key).map(({ at }) => at)
}
