import { type Remote, wrap } from 'comlink'
import type { ChannelPort, WorkerAdapter } from '../core/adapter.js'
import type { WorkerControl } from '../wire/protocol.js'

/** The pool's end of a worker's control plane. */
export interface ControlPlane {
  readonly remote: Remote<WorkerControl>
  /** The other end, to be moved to the worker. */
  readonly port: ChannelPort
  close(): void
}

export function openControl({ createChannel }: WorkerAdapter): ControlPlane {
  const { port1, port2 } = createChannel?.() ?? new MessageChannel()
  const remote = wrap<WorkerControl>(port1 as never)
  // Only the worker itself may keep the process alive.
  ;(port1 as { unref?(): void }).unref?.()
  return { remote, port: port2, close: () => port1.close() }
}
