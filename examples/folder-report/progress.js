import { Presets, SingleBar } from 'cli-progress'

/**
 * Shows on stderr how far the reading is: a bar in a terminal, and elsewhere a line for every tenth.
 *
 * @param {number} total
 * @returns {{ advance(): void, stop(): void }} `stop` MUST be called: the bar hides the cursor
 */
export function createProgress(total) {
  return process.stderr.isTTY ? createBar(total) : createLines(total)
}

function createBar(total) {
  const bar = new SingleBar(
    { format: 'Reading {bar} {percentage} % | {value} of {total} files', hideCursor: true },
    Presets.shades_classic,
  )
  bar.start(total, 0)
  return { advance: () => bar.increment(), stop: () => bar.stop() }
}

function createLines(total) {
  let done = 0
  let tenths = 0
  return {
    advance() {
      done++
      if (Math.floor((10 * done) / total) === tenths) return
      tenths = Math.floor((10 * done) / total)
      console.error(`Reading ${Math.floor((100 * done) / total)} % | ${done} of ${total} files`)
    },
    stop() {},
  }
}
