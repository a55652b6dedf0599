// A round trip takes several times longer when a thread has to be woken on another core, and which it is changes by the
// moment: the fewer trips a turn has, the more often the contenders meet the same moment.
const TRIPS_PER_TURN = 5

/**
 * Measures contenders, which take turns, so that a noisy moment hits them all. The first round warms up.
 *
 * Answers for each its `rates`, tasks per second, one of each turn; and its `trips`, the microseconds of tasks that were
 * run one at a time, a list of each turn.
 */
export async function measure(contenders, { tasks, trips, rounds }) {
  const results = () => Object.keys(contenders).map((name) => ({ name, rates: [], trips: [] }))
  await measureRound(contenders, { tasks, trips }, results())
  const kept = results()
  for (let round = 0; round < rounds; round++) await measureRound(contenders, { tasks, trips }, kept)
  return kept
}

async function measureRound(contenders, { tasks, trips }, results) {
  for (const { name, rates } of results) rates.push(await rateOf(contenders[name], tasks))
  const alone = results.filter(({ name }) => contenders[name].runOne !== undefined)
  for (let done = 0; done < trips; done += TRIPS_PER_TURN) {
    for (const result of alone) result.trips.push(await tripsOf(contenders[result.name]))
  }
}

async function rateOf({ runAll }, count) {
  const startedAt = performance.now()
  await runAll(count)
  return (count / (performance.now() - startedAt)) * 1000
}

async function tripsOf({ runOne }) {
  const trips = []
  for (let n = 0; n < TRIPS_PER_TURN; n++) {
    const startedAt = performance.now()
    const value = await runOne(n)
    trips.push((performance.now() - startedAt) * 1000)
    if (value !== n) throw new Error(`Task ${n} answered ${value}`)
  }
  return trips
}
