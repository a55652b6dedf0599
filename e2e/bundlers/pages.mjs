import { serve } from '../web-server.mjs'

const PAGE_MS = 60_000

/** Pages of one browser. */
export class Pages {
  #browser

  static async use(launch, see) {
    const pages = new Pages()
    pages.#browser = await launch()
    try {
      return await see(pages)
    } finally {
      await pages.#browser.close()
    }
  }

  /** The text of a page, once it shows all `words`; throws what went wrong there when it does not. */
  async textOf(url, words) {
    const page = await this.#browser.newPage()
    const errors = []
    page.on('pageerror', (error) => errors.push(error.message))
    try {
      await page.goto(url)
      for (const word of words) await page.getByText(word, { exact: false }).first().waitFor({ timeout: PAGE_MS })
      return await page.locator('body').textContent()
    } catch (cause) {
      throw new Error(`${cause.message}\n${errors.join('\n')}\nThe page: ${await page.locator('body').textContent()}`, { cause })
    } finally {
      await page.close()
    }
  }

  /** The same of the `index.html` of a folder. */
  async textOfFolder(folder, words) {
    const server = await serve(folder)
    try {
      return await this.textOf(server.url, words)
    } finally {
      server.close()
    }
  }
}
