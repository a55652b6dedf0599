import { COMLINK, OURS, RAW, RAW_IN_BATCHES } from './names.mjs'

/** The peer that did best in the same run. */
export const BEST_PEER = 'best peer'

/**
 * What must hold: a row, compared with another round by round, or by itself where there is no `to`. `table` counts the
 * tables of the workload, from 0.
 */
export const GATES = [
  gate('node', 'no-op', { to: BEST_PEER, atLeast: 4 }),
  gate('node', 'no-op', { to: RAW, atLeast: 1.3 }),
  gate('node', 'no-op', { to: RAW_IN_BATCHES, atLeast: 0.45 }),
  gate('node', 'round-trip', { to: BEST_PEER, atMost: 1.1 }),
  gate('node', 'round-trip', { to: RAW, atMost: 1.3 }),
  ...['deno', 'bun', 'chromium'].flatMap((runtime) => [
    gate(runtime, 'no-op', { to: COMLINK, atLeast: 3 }),
    gate(runtime, 'round-trip', { to: RAW, atMost: 1.5 }),
  ]),
]

function gate(runtime, workload, { of = OURS, table = 0, ...bound }) {
  return { runtime, workload, table, of, ...bound }
}
