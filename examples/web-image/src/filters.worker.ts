// The inside of the workers: what the page calls by name.
import { expose, transfer } from 'daskflow/worker'
import * as filters from './filters.ts'
import type { Area, Pixels } from './pixels.ts'

/** Moves what comes out of a filter, as the page moves what goes in: nothing is copied. */
const moving = (filter: (source: Pixels, inner: Area) => Pixels) => async (source: Pixels, inner: Area) => {
  const result = filter(source, inner)
  return transfer(result, [result.data.buffer])
}

const exposed = { oilPaint: moving(filters.oilPaint), median: moving(filters.median), edges: moving(filters.edges) }

export type Filters = typeof exposed

expose(exposed)
