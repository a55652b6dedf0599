import { ClusterError } from './errors.js'

/** Says that a part of the contract does not exist yet, and which. */
export function notSupported(what: string): ClusterError {
  return new ClusterError(`${what} is not supported by this version of daskflow.`, { code: 'ERR_NOT_SUPPORTED' })
}
