import { startRaw } from './raw.mjs'

/** As many bare messages, each sent when the one before was answered. */
export function startRawChain(options) {
  const { runOne } = startRaw(options)
  return {
    note: '',
    async chain(hops) {
      for (let n = 0; n < hops; n++) if ((await runOne(n)) !== n) throw new Error(`Message ${n} was answered wrongly`)
      return hops
    },
  }
}
