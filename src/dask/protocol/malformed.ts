import { ClusterError } from '../../core/errors.js'

/** Says that the other side sent what no Dask sends. A connection on which that happened is read no further. */
export function malformed(what: string, cause?: unknown): ClusterError {
  return new ClusterError(`Something that is not Dask's protocol arrived: ${what}`, cause === undefined ? {} : { cause })
}
