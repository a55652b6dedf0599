import type { TaskFuture } from 'daskflow'
import { type Analysis, STATIONS } from './analysis.ts'
import type { Comparison } from './comparison.ts'
import type { Gap, Verdict } from './gap.ts'
import { drawHistogram } from './histogram.ts'
import type { Statistics } from './statistics.ts'

const VERDICTS = {
  warmer: 'Harbour is warmer than Valley.',
  colder: 'Harbour is colder than Valley.',
  neither: 'It may be either: zero is in the interval.',
} as const satisfies Record<Verdict, string>

/** The results of an analysis, each shown as soon as it is there. */
export class ResultsView {
  readonly #rows: HTMLElement
  readonly #comparison: HTMLElement
  readonly #gap: HTMLElement
  readonly #verdict: HTMLElement

  constructor(results: HTMLElement) {
    const find = (selector: string) => results.querySelector(selector) as HTMLElement
    this.#rows = find('tbody')
    this.#comparison = find('#comparison')
    this.#gap = find('#gap')
    this.#verdict = find('#verdict')
  }

  /** In place of the results of another. */
  show({ statistics, comparison, gap, verdict }: Analysis): void {
    const rows = STATIONS.map((station) => rowOf(station))
    this.#rows.replaceChildren(...rows)
    for (const [i, station] of STATIONS.entries()) {
      showWhenThere(statistics[station], rows[i], (value) => rows[i].replaceChildren(...cellsOf(station, value)))
    }
    showWhenThere(comparison, this.#comparison, (value) => this.#comparison.replaceChildren(sentenceOf(value)))
    showWhenThere(gap, this.#gap, (value) => this.#gap.replaceChildren(intervalOf(value)))
    showWhenThere(verdict, this.#verdict, (value) => this.#verdict.replaceChildren(VERDICTS[value]))
  }
}

/** A future is awaited like a promise; that it failed or was cancelled is a matter of the graph. */
function showWhenThere<T>(future: TaskFuture<T>, place: HTMLElement, show: (value: T) => void): void {
  const placeholder = place.querySelector('.result') ?? place
  placeholder.textContent = '…'
  future.then(show, () => {
    placeholder.textContent = future.cancelled() ? 'cancelled' : 'not there'
  })
}

function rowOf(station: string): HTMLTableRowElement {
  const row = document.createElement('tr')
  const placeholder = document.createElement('td')
  placeholder.className = 'result'
  placeholder.colSpan = 5
  row.append(headerOf(station), placeholder)
  return row
}

function cellsOf(station: string, { count, mean, median, deviation, histogram }: Statistics): HTMLTableCellElement[] {
  const numbers = [count.toLocaleString('en'), ...[mean, median, deviation].map(degrees)]
  const cells = [...numbers, drawHistogram(station, histogram)].map((content) => {
    const cell = document.createElement('td')
    cell.append(content)
    return cell
  })
  return [headerOf(station), ...cells]
}

function headerOf(station: string): HTMLTableCellElement {
  const header = document.createElement('th')
  header.scope = 'row'
  header.textContent = station
  return header
}

function sentenceOf({ count, warmest, coldest, difference, steadiest }: Comparison): string {
  const warmth = `${warmest} is the warmest, ${degrees(difference)} °C above ${coldest}.`
  return `${warmth} ${steadiest} is the steadiest. That is what ${count.toLocaleString('en')} readings say.`
}

function intervalOf({ median, low, high }: Gap): string {
  return `${degrees(median)} °C; with 95 % confidence from ${degrees(low)} to ${degrees(high)} °C.`
}

/** With a minus that is as wide as a digit. */
function degrees(value: number): string {
  return value.toFixed(2).replace('-', '−')
}
