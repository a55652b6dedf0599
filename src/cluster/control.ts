import { type Remote, releaseProxy, transfer, wrap } from 'comlink'
import type { ChannelPort, TransferList, WorkerAdapter } from '../core/adapter.js'
import { deferred } from '../core/deferred.js'
import type { ActorAnswer, ActorCall, WorkerControl } from '../wire/protocol.js'

/** The pool's end of a worker's control plane. */
export interface ControlPlane {
  readonly remote: Remote<WorkerControl>
  /** The other end, to be moved to the worker. */
  readonly port: ChannelPort
  /** Calls a method of an actor. What is moved is gone here. Rejects when an answer that came cannot be read. */
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
  const callers = new Set<(error: unknown) => void>()
  // A worker's stack may be larger than ours. For which call it was nobody knows, and none may wait for what will not come.
  port1.addEventListener('messageerror', ({ type }: { readonly type?: string }) => {
    // A port of an adapter may know one kind of events only.
    if (type !== 'messageerror') return
    for (const reject of callers) reject(new Error('It is nested too deep, or otherwise no message'))
  })
  const call = async (what: ActorCall, moved: TransferList) => {
    const { promise, reject } = deferred<never>()
    callers.add(reject)
    try {
      return await Promise.race([remote.call(transfer(what, moved as never)), promise])
    } finally {
      callers.delete(reject)
    }
  }
  return { remote, port: port2, call, close }
}
