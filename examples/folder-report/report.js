import { relative } from 'node:path'
import { getSystemErrorMap } from 'node:util'
import prettyBytes from 'pretty-bytes'

const LARGEST = 10

/**
 * The totals, and the largest files.
 *
 * @param {string} folder
 * @param {{ path: string, bytes: number, lines: number, words: number, sha256: string }[]} files
 * @param {number} seconds that it took to read them
 */
export function describeFolder(folder, files, seconds) {
  const total = (what) => files.reduce((sum, file) => sum + file[what], 0)
  const totals = [
    ['files', count(files.length), `(read in ${seconds.toFixed(2)} s)`],
    ['bytes', count(total('bytes')), `(${prettyBytes(total('bytes'))})`],
    ['lines', count(total('lines')), ''],
    ['words', count(total('words')), ''],
  ]
  const largest = files
    .toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1))
    .slice(0, LARGEST)
    .map((file) => [prettyBytes(file.bytes), count(file.lines), file.sha256.slice(0, 12), printable(relative(folder, file.path))])
  return `
${printable(folder)}

${table('lrl', totals)}

The largest files:

${table('rrll', [['size', 'lines', 'SHA-256', 'file'], ...largest])}`
}

/** What the workers gain over one of them. */
export function describeSpeed({ nWorkers, all, one, sampled, of, repeats, rounds }) {
  const files = sampled === of ? plural(of, 'file') : `${count(sampled)} of the ${plural(of, 'file')}`
  const often = repeats === 1 ? 'once' : `${count(repeats)} times over`
  const medians = rounds === 1 ? '' : `, medians of ${rounds} rounds`
  return `
${nWorkers} workers: ${rate(all)}; 1 worker: ${rate(one)}; speed-up ${(all / one).toFixed(2)}x
(Both were warm and read the same ${files} ${often}${medians}.)`
}

/** How fast it was, where there is nothing to compare with. */
export function describeNoSpeedUp(nWorkers, files, seconds) {
  const reason = nWorkers === 1 ? 'there is one core to run on' : 'one file is one task, which one worker runs'
  return `
${plural(nWorkers, 'worker')}: ${rate(files.length / seconds)}; no speed-up to measure: ${reason}`
}

/** Why a file or folder could not be read. */
export function describeFailure(folder, { path, error }) {
  const [, reason = error?.message ?? String(error)] = getSystemErrorMap().get(error?.errno) ?? []
  return `Cannot read ${printable(relative(folder, path) || folder)}: ${printable(reason)}`
}

/** A text without what would move the cursor, colour the terminal or turn the direction of writing. */
export function printable(text) {
  return text.replace(
    /[\p{Control}\p{Line_Separator}\p{Paragraph_Separator}\p{Bidi_Control}]/gu,
    (character) => `\\u{${character.codePointAt(0).toString(16)}}`,
  )
}

function count(number) {
  return Math.round(number).toLocaleString('en-US')
}

function rate(perSecond) {
  const digits = perSecond < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 }
  return `${perSecond.toLocaleString('en-US', digits)} tasks/s`
}

function plural(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`
}

/** Texts in columns; `alignment` has a letter for each, `l` or `r`. */
function table(alignment, rows) {
  const widths = Array.from(alignment, (_, column) => Math.max(...rows.map((row) => row[column].length)))
  const pad = (cell, column) => (alignment[column] === 'r' ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))
  return rows.map((row) => `  ${row.map(pad).join('  ')}`.trimEnd()).join('\n')
}
