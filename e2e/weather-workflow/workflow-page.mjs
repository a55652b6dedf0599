/** The page of examples/weather-workflow, as a person finds their way about it. */
export class WorkflowPage {
  #page

  constructor(page) {
    this.#page = page
  }

  button(name) {
    return this.#page.getByRole('button', { name })
  }

  async run(resamples) {
    await this.#page.getByLabel('Resamples').fill(resamples)
    await this.button(/^Run/).click()
  }

  /** Waits for a task in a state, or for a text. */
  async finds(what) {
    const task = this.#page.getByRole('listitem', { name: what })
    await task.or(this.#page.getByText(what)).first().waitFor()
  }

  /** What a row of the table says, beside its title. */
  async row(station) {
    const cells = await this.#rowOf(station).getByRole('cell').allTextContents()
    // A bar's text is its title, and read by `bars`.
    return cells.slice(0, 4).join(' ')
  }

  /** How many readings each bar of a station's histogram says that there are. */
  async bars(station) {
    const titles = await this.#rowOf(station).locator('title').allTextContents()
    return titles.map((title) => Number(/: (\d+)$/.exec(title)[1]))
  }

  /** What is said below the table. */
  async definitions() {
    const [comparison, gap, verdict] = await this.#page.getByRole('definition').allTextContents()
    return { comparison, gap, verdict }
  }

  /** `undefined` while there is none. */
  async alert() {
    const alert = this.#page.getByRole('alert')
    return (await alert.count()) === 0 ? undefined : alert.textContent()
  }

  #rowOf(station) {
    return this.#page.getByRole('row', { name: station })
  }
}
