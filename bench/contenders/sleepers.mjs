import { Line } from './line.mjs'

/** Workers that sleep in `loops` loops, each as often as its share of a batch is: how fast that could go. */
export function startSleepers({ startWorker, workers, loops }) {
  const lines = Array.from({ length: workers }, () => new Line(startWorker('sleeper')))
  return {
    note: '',
    async runAll({ count, inputOf }) {
      await Promise.all(lines.map((line) => line.ask({ count: count / workers, loops, ms: inputOf(0) })))
    },
  }
}
