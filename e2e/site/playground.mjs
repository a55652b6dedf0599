/** The page, in the words of a person. */
export class Playground {
  constructor(page) {
    this.page = page
  }

  async run(task, { workers = 2, tasks }) {
    await this.page.getByLabel('The task').fill(task)
    await this.page.getByLabel('Workers').fill(String(workers))
    await this.page.getByLabel('Tasks', { exact: true }).fill(String(tasks))
    await this.page.getByRole('button', { name: 'Run', exact: true }).click()
  }

  ended() {
    return this.page.getByRole('status').getByText('Ended').waitFor()
  }

  task(index, state = '') {
    return this.page.getByRole('button', { name: `Task ${index}, ${state}` })
  }

  count(name) {
    return this.page.locator(`[data-count="${name}"]`).textContent()
  }

  async counts() {
    const names = ['waiting', 'running', 'done', 'failed', 'cancelled']
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, Number(await this.count(name))])))
  }
}
