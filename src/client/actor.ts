import type { DataCluster, TaskHandle } from '../core/cluster.js'
import { Future } from './future.js'

/** An actor, as its methods: whatever is called on it is called there. It lives as long as this, or a future of it. */
export function actorOf(future: Future, cluster: DataCluster): object {
  const get = (_: object, name: string | symbol) => {
    // It is no promise, or whoever awaits it would wait for a method to call back.
    if (typeof name === 'symbol' || name === 'then') return undefined
    return async (...args: readonly unknown[]) => cluster.call(Future.stateOf(future).handle as TaskHandle, name, args)
  }
  return new Proxy(Object.freeze({}), { get })
}
