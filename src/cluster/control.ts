import { type Remote, releaseProxy, transfer, wrap } from 'comlink'
import type { ChannelPort, TransferList, WorkerAdapter } from '../core/adapter.js'
import type { ActorAnswer, ActorCall, WorkerControl } from '../wire/protocol.js'

/** The pool's end of a worker's control plane. */
export interface ControlPlane {
  readonly remote: Remote<WorkerControl>
  /** The other end, to be moved to the worker. */
  readonly port: ChannelPort
  /** Calls a method of an actor. What is moved is gone here. */
  call(call: ActorCall, transfer: TransferList): Promise<ActorAnswer>
  /** To be called once. What was not answered never is. */
  close(): void
}

export function openControl(adapter: WorkerAdapter): ControlPlane {
  const { port1, port2 } = adapter.createChannel?.() ?? new MessageChannel()
  const remote = wrap<WorkerControl>(port1 as never)
  // Only the worker itself may keep the process alive.
  ;(port1 as { unref?(): void }).unref?.()
  const close = () => {
    // Comlink keeps the port for as long as the remote, which a call that is never answered keeps in turn.
    remote[releaseProxy]()
    port1.close()
  }
  const call = (what: ActorCall, moved: TransferList) => remote.call(transfer(what, moved as never))
  return { remote, port: port2, call, close }
}
