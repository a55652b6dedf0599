/**
 * A measurement whose samples make one table. `table` is all of that but its rows; `notes`, whether what there is to say of
 * a contender matters for it.
 */
export const tableOf = ({ rounds, has, sampler, notes = true, ...table }) => ({
  rounds,
  has,
  sampler,
  toTables: (rows) => [{ ...table, rows: rows.map(({ note, ...row }) => ({ ...row, note: notes ? note : '' })) }],
})

/** A sampler that needs nothing but the contender: what `take(contender)` answers. */
export const sampled = (take) => (contender) => () => take(contender)

/** A row of one part of each sample. */
export const partOf = ({ samples, ...row }, part) => ({ ...row, samples: samples.map((sample) => sample[part]) })
