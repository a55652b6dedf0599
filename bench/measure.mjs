import { takeTurns } from './turns.mjs'

/**
 * Measures one workload: each contender on a stage of its own, and all in turns. Answers the tables.
 *
 * A workload has `contendersOn(platform)`, a list of `{ name, role, start }`, and `measurementsOf(sizes)`, a list of (see also
 * measurement.mjs)
 * - `sampler(contender)`, a function that takes a sample of a contender that was started: it has its `pool` then,
 * - `rounds`, how many samples of each are to be taken,
 * - `has(contender)`, whether it takes part,
 * - `toTables(rows)`, which makes tables of the samples.
 *
 * @param setStage starts a contender, by its name; see stage.mjs
 */
export async function measure({ contendersOn, measurementsOf }, platform, setStage) {
  const stages = []
  for (const contender of contendersOn(platform)) stages.push({ contender, ...(await setStage(contender.name)) })
  const tables = []
  for (const [at, { rounds, has = () => true, toTables }] of measurementsOf(platform.sizes).entries()) {
    const taking = stages.filter(({ contender }) => has(contender))
    const samples = await takeTurns(
      taking.map(
        ({ takeSample }) =>
          () =>
            takeSample(at),
      ),
      rounds,
    )
    tables.push(...toTables(taking.map(({ contender: { name, role }, note }, i) => ({ name, note, role, samples: samples[i] }))))
  }
  // A stage of another program's has none.
  return { version: stages.find(({ version }) => version !== undefined).version, tables }
}
