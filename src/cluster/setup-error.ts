import { ClusterError } from '../core/errors.js'
import { PROTOCOL_VERSION } from '../wire/protocol.js'

/** What kept a worker from getting ready that is there. */
export class SetupError extends ClusterError {}

export function setupError(cause: unknown): SetupError {
  if (cause instanceof ClusterError) return new SetupError(cause.message)
  const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  return new SetupError(`resources.setup failed: ${why}`, { cause })
}

export function versionError(version: unknown): ClusterError {
  return new ClusterError(
    `The worker was built with another version of daskflow (protocol ${String(version)}, here ${PROTOCOL_VERSION}). Build it again with the installed one.`,
  )
}
