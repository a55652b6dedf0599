import { COMLINK, OURS, RAW } from '../names.mjs'
import { PEERS } from '../peers/all.mjs'

/** Who is started in a process that has nothing yet; nothing of it is imported before it is asked for. */
export const COLD = [
  { name: RAW, role: 'raw', start: async (options) => (await import('./raw.mjs')).start(options) },
  { name: COMLINK, role: 'peer', start: async (options) => (await import('./comlink.mjs')).start(options) },
  ...PEERS,
  { name: OURS, role: 'ours', start: async (options) => (await import('./ours.mjs')).start(options) },
]
