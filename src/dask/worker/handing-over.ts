import { isRecord } from '../../core/record.js'
import type { Rpc } from '../comm/rpc.js'
import { readWorkers } from '../worker-info.js'

interface HandingOver {
  readonly rpc: Rpc
  readonly scheduler: string
  /** Of the worker that leaves. */
  readonly address: string
}

/**
 * Has other workers of ours bring these values from one that leaves. A scheduler would have any worker bring them, and what
 * Python's hold is what Python makes of it. Rejects where somebody does not answer.
 */
export async function handOver(keys: readonly string[], { rpc, scheduler, address }: HandingOver): Promise<void> {
  const identity = await rpc.ask(scheduler, { op: 'identity' })
  const ours = readWorkers(identity).flatMap(({ id }) => (id === address ? [] : [id]))
  const all = isRecord(identity) && isRecord(identity.workers) ? Object.keys(identity.workers).length : 0
  // Where all are of ours, the scheduler does it, and better.
  if (ours.length === 0 || ours.length + 1 === all) return
  const gather = async (peer: string, part: readonly string[]) => {
    if (part.length > 0) await rpc.ask(peer, { op: 'gather', who_has: Object.fromEntries(part.map((key) => [key, [address]])) })
  }
  await Promise.all(
    ours.map((peer, index) =>
      gather(
        peer,
        keys.filter((_, place) => place % ours.length === index),
      ),
    ),
  )
}
