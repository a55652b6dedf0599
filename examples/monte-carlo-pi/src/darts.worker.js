import { expose } from 'daskflow/worker'

expose({
  /** Throws `n` darts at a square. Answers how many hit the circle inside it. */
  throwDarts(n) {
    let hits = 0
    for (let i = 0; i < n; i++) if (Math.random() ** 2 + Math.random() ** 2 <= 1) hits++
    return hits
  },
})
