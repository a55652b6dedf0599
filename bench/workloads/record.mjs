import { Batch } from '../batch.mjs'
import { tableOf } from '../measurement.mjs'
import { rateSampler } from '../rates.mjs'

export { contendersOn } from '../contenders/all.mjs'

const RECORDS = 20_000
const TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(21)

/** Tasks that take a record of 1 kB and answer it. */
export function measurementsOf({ rounds }) {
  const records = Array.from({ length: RECORDS }, (_, n) => toRecord(n))
  const batchOf = ({ share = 1 }) =>
    new Batch({
      count: Math.ceil(RECORDS * share),
      inputOf: (n) => records[n],
      isRight: (record, n) => record.id === n && record.text === TEXT && record.tags.length === 2,
    })
  const title = `${RECORDS.toLocaleString('en')} records of 1 kB`
  return [
    tableOf({
      rounds,
      sampler: rateSampler(batchOf),
      title,
      unit: 'tasks/s',
      better: 'higher',
    }),
  ]
}

function toRecord(n) {
  return { id: n, title: `record ${n}`, isOpen: true, tags: ['first', 'second'], text: TEXT }
}
