import { startOurs } from '../contenders/ours.mjs'

// Each peer in a module of its own, which has `start({ workers, started })`: how many workers it may have, and how many it
// starts before there is work, where it lets its user say that. One that `moves` can have arrays moved both ways; the `share`
// is of the tasks of a workload, whose rates are compared.

export const PEERS = [
  peer('piscina', () => import('./piscina.mjs'), { moves: true }),
  peer('tinypool', () => import('./tinypool.mjs'), { moves: true }),
  peer('poolifier', () => import('./poolifier.mjs')),
  // These get a part of the tasks, being several times slower than the others.
  peer('threads', () => import('./threads.mjs'), { share: 0.1 }),
  peer('workerpool', () => import('./workerpool.mjs'), { share: 0.25 }),
]

/** Deno and Bun have Web Workers too, and Node has not. */
const onWebWorkers = {
  name: 'DaskExecutionBackend on Web Workers',
  role: 'other',
  start: async (options) => startOurs({ ...options, daskflow: await import('daskflow/runtime-web') }),
}

const PEERS_OF = { node: PEERS, deno: [onWebWorkers], bun: [onWebWorkers], chromium: [] }

export const peersOf = (runtime) => PEERS_OF[runtime]

function peer(name, load, { share = 1, moves = false } = {}) {
  return { name, role: 'peer', share, moves, start: async (options) => (await load()).start(options) }
}
