import { Batch } from '../batch.mjs'
import { contendersOn } from '../contenders/all.mjs'
import { measureRates } from '../rates.mjs'

const RECORDS = 20_000
const TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(21)

/** Tasks that take a record of 1 kB and answer it. */
export async function measure(platform) {
  const records = Array.from({ length: RECORDS }, (_, n) => toRecord(n))
  const batchOf = ({ share = 1 }) =>
    new Batch({
      count: Math.ceil(RECORDS * share),
      inputOf: (n) => records[n],
      isRight: (record, n) => record.id === n && record.text === TEXT && record.tags.length === 2,
    })
  const rows = await measureRates(contendersOn(platform), platform, batchOf)
  return [{ title: `${RECORDS.toLocaleString('en')} records of 1 kB`, unit: 'tasks/s', better: 'higher', rows }]
}

function toRecord(n) {
  return { id: n, title: `record ${n}`, isOpen: true, tags: ['first', 'second'], text: TEXT }
}
