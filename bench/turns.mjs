const FEWEST_ROUNDS = 7
const MOST_MS = 18_000
// Time for the compiler: this is about programs that have run for a while.
const WARM_UP_MS = 1_500

/**
 * Takes a sample of each in every round, so that a noisy moment hits them all: sample i of one is to be compared with
 * sample i of another. Each has warmed up before. The order is another one in each round, since each finds what the one
 * before has left, such as a core that has fallen asleep. Where a round takes long, there are fewer rounds than were asked
 * for.
 *
 * Answers the samples of each.
 */
export async function takeTurns(takers, rounds) {
  for (const take of takers) await warmUp(take)
  const samples = takers.map(() => [])
  const startedAt = performance.now()
  const hasTime = (round) => round < FEWEST_ROUNDS || performance.now() - startedAt < MOST_MS
  for (let round = 0; round < rounds && hasTime(round); round++) {
    for (const at of shuffled(takers.length)) samples[at].push(await takers[at]())
  }
  return samples
}

async function warmUp(take) {
  const startedAt = performance.now()
  do await take()
  while (performance.now() - startedAt < WARM_UP_MS)
}

function shuffled(length) {
  const keys = Array.from({ length }, (_, at) => ({ at, key: Math.random() }))
  return keys.sort((a, b) => a.key - b.key).map(({ at }) => at)
}
