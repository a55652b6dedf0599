import { ClusterError } from '../../core/errors.js'
import { createHexId } from '../../core/ids.js'
import { messageOf } from '../../core/message-of.js'
import { isRecord } from '../../core/record.js'
import type { Dialect } from '../comm/dialect.js'
import { RESOURCE } from '../worker-info.js'
import type { MembershipOptions } from './membership.js'
import { metricsOf, seconds } from './metrics.js'
import { stimulus } from './stimulus.js'

// Where a scheduler does not say it.
const HEARTBEAT_S = 1

interface Registration {
  readonly address: string
  readonly versions: unknown
  readonly dialect: Dialect
}

/** What a worker says of itself when it joins. */
export function registration(options: MembershipOptions, { address, versions, dialect }: Registration): object {
  const { name, nthreads, resources, memoryLimit, usage, pid } = options
  return {
    op: 'register-worker',
    reply: false,
    address,
    status: 'running',
    nthreads,
    name,
    now: seconds(),
    resources: { ...resources, [RESOURCE]: nthreads },
    memory_limit: memoryLimit,
    local_directory: '',
    services: {},
    nanny: null,
    pid,
    // Of others it would be warned that they differ.
    versions,
    metrics: metricsOf({ memory: usage.memory(), cpu: usage.cpu(), executing: 0, values: 0, bytes: 0 }),
    extra: {},
    stimulus_id: stimulus('worker-connect'),
    server_id: createHexId('Worker-'),
    ...(dialect.listsValues && { keys: [], nbytes: {}, types: {} }),
  }
}

/** Every how many seconds the scheduler wants to hear of it. @throws {ClusterError} with what it has against the worker */
export function heartbeatOf(address: string, answer: unknown): number {
  const said = Array.isArray(answer) ? answer[0] : answer
  if (!isRecord(said) || said.status !== 'OK') {
    const why = isRecord(said) ? (messageOf(said.message) ?? messageOf(said.exception_text) ?? '') : ''
    throw new ClusterError(`The scheduler at ${address} does not take the worker. ${why}`.trimEnd())
  }
  const interval = said['heartbeat-interval']
  return typeof interval === 'number' && interval > 0 ? interval : HEARTBEAT_S
}
