import {
  CLIENT,
  COMLINK,
  DASK,
  ENGINE,
  ENGINE_FLAT,
  IDEAL,
  ONE_WORKER,
  OURS,
  PYTHON_CLIENT,
  RAW,
  RAW_IN_BATCHES,
} from './names.mjs'

/** The peer that did best in the same run. */
export const BEST_PEER = 'best peer'
export const HIGHEST = 'highest'
export const LOWEST = 'lowest'

/**
 * What must hold: a row, compared with another, or by itself where there is no `to`. `table` counts the tables of the
 * workload, from 0. Where more was asked for than holds in every run, that is the `goal`: see docs/decisions/0014.
 */
export const GATES = [
  gate('node', 'no-op', { to: BEST_PEER, atLeast: 3.5, goal: 4 }),
  gate('node', 'no-op', { to: RAW, atLeast: 1.2, goal: 1.3 }),
  gate('node', 'no-op', { to: RAW_IN_BATCHES, atLeast: 0.35, goal: 0.45 }),
  gate('node', 'round-trip', { to: BEST_PEER, atMost: 1.3, goal: 1.1 }),
  gate('node', 'round-trip', { to: RAW, atMost: 1.4, goal: 1.3 }),
  gate('node', 'record', { to: BEST_PEER, atLeast: 1.6, goal: 3 }),
  gate('node', 'large', { to: RAW, atMost: 2.3, goal: 1.2 }),
  gate('node', 'large', { table: 1, to: RAW, atMost: 1.5, goal: 1.1 }),
  // 0.95 of twice as fast.
  gate('node', 'cpu', { of: ONE_WORKER, to: OURS, atLeast: 1.9 }),
  gate('node', 'mixed', { to: ONE_WORKER, atMost: 1.2 }),
  gate('node', 'async', { to: IDEAL, atLeast: 0.9 }),
  gate('node', 'cancel', { of: 'cancel 100,000', to: 'submit 100,000', atMost: 0.5 }),
  gate('node', 'cancel', { of: 'cancel 100,000', to: 'cancel 10,000', atMost: 4 }),
  gate('node', 'scale', { of: HIGHEST, to: LOWEST, atMost: 1.5 }),
  ...['100,000 queued', '1,000,000 queued'].flatMap((of) => [
    gate('node', 'heap', { of, atMost: 600, unit: 'bytes' }),
    gate('node', 'heap', { table: 1, of, atMost: 10, unit: 'MB' }),
  ]),
  gate('node', 'futures', { of: CLIENT, to: RAW, atMost: 4 }),
  gate('node', 'workflow', { of: ENGINE, to: RAW, atMost: 4 }),
  gate('node', 'workflow', { table: 1, of: ENGINE, to: ENGINE_FLAT, atMost: 3 }),
  gate('node', 'dask', { to: DASK, atLeast: 100 }),
  ...[0, 1].map((table) => gate('node', 'cluster', { of: CLIENT, table, to: PYTHON_CLIENT, atLeast: 1.8, goal: 2 })),
  gate('node', 'cluster', { of: CLIENT, table: 2, to: PYTHON_CLIENT, atMost: 1 }),
  gate('node', 'cluster', { of: CLIENT, table: 3, to: PYTHON_CLIENT, atLeast: 1 }),
  gate('node', 'cluster', { of: CLIENT, table: 4, to: PYTHON_CLIENT, atLeast: 0.6, goal: 1 }),
  gate('node', 'cold', { to: BEST_PEER, atMost: 1.25, goal: 1.1 }),
  gate('node', 'cold', { to: RAW, atMost: 1.9, goal: 1.5 }),
  ...['deno', 'bun', 'chromium'].flatMap((runtime) => [
    gate(runtime, 'no-op', { to: COMLINK, atLeast: 3 }),
    gate(runtime, 'round-trip', { to: RAW, atMost: 2.1, goal: 1.5 }),
  ]),
  gate('deno', 'large', { to: RAW, atMost: 1.5 }),
  gate('bun', 'large', { to: RAW, atMost: 1.8, goal: 1.5 }),
  gate('chromium', 'large', { to: RAW, atMost: 3, goal: 1.5 }),
]

function gate(runtime, workload, { of = OURS, table = 0, ...bound }) {
  return { runtime, workload, table, of, ...bound }
}
