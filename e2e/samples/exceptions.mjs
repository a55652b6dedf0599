// The one list of samples that are looked at less closely than others. `has` is a part of the sample that tells it from the
// others of its page; an entry that no sample matches any more is an error.

/** They are type-checked, and would be run, but for the reason. */
export const NOT_RUN = [
  {
    page: 'docs/guide/cluster.md',
    has: "pythonFunction('builtins.sorted')",
    why: "it needs a cluster with Python's workers: e2e/dask calls such functions there",
  },
  { page: 'docs/guide/cluster.md', has: 'from daskflow_client import submit', why: 'it needs a cluster: e2e/dask runs its like' },
]

/** Nothing here can tell whether they are right. */
export const NOT_CHECKED = [
  { page: 'docs/guide/start.md', has: 'npx wrangler dev digests.mjs', why: 'wrangler is large; e2e/readme asks workerd itself' },
  {
    page: 'docs/guide/page.md',
    has: './node_modules/daskflow/dist/web/index.js',
    why: 'it imports by the path of a file in a page: e2e/frameworks runs it in Chromium',
  },
  { language: 'text', why: 'it is for people' },
  { language: 'http', why: 'it is what a server says' },
]

/** Why there is an entry for a sample; `undefined` when there is none. */
export function reasonIn(list, sample) {
  return list.find((entry) => matches(entry, sample))?.why
}

/** The entries that are about nothing. */
export function staleEntries(samples) {
  return [...NOT_RUN, ...NOT_CHECKED].filter(
    (entry) => entry.page !== undefined && !samples.some((sample) => matches(entry, sample)),
  )
}

function matches({ page = '', language, has = '' }, sample) {
  return sample.page.startsWith(page) && (language ?? sample.language) === sample.language && sample.code.includes(has)
}
