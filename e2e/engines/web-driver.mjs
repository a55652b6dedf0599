import { setTimeout as delay } from 'node:timers/promises'

const LOAD_MS = 60_000

/** A browser with a page, driven by https://www.w3.org/TR/webdriver2: as little of it as the tests need. */
export class WebDriver {
  #session

  /**
   * Starts the browser of a driver.
   *
   * @param url where the driver listens
   * @param evaluateMs the most that `evaluate` may take
   */
  static async create(url, evaluateMs) {
    const capabilities = { alwaysMatch: { timeouts: { script: evaluateMs } } }
    const { sessionId } = await ask('POST', `${url}/session`, { capabilities })
    return new WebDriver(`${url}/session/${sessionId}`)
  }

  constructor(session) {
    this.#session = session
  }

  /** Resolves when the page has loaded. */
  async goto(address) {
    const url = new URL(address).href
    await ask('POST', `${this.#session}/url`, { url })
    // WebKit's driver may answer before the page's modules have run, and what waits in that page may never be heard of.
    for (const until = Date.now() + LOAD_MS; ; await delay(20)) {
      const [at, state] = await this.evaluate(() => [location.href, document.readyState])
      if (at === url && state === 'complete') return
      if (Date.now() > until) throw new Error(`${url} has not loaded after ${LOAD_MS} ms: the page is ${state} at ${at}`)
    }
  }

  /** Calls a function in the page, where nothing else of this program is known. Answers what it resolves to. */
  async evaluate(fn, arg) {
    const script = `const [arg, answer] = arguments
new Promise((resolve) => resolve((${fn})(arg))).then(
  (value) => answer({ value }),
  (error) => answer({ error: String(error) + '\\n' + error?.stack }))`
    const { value, error } = await ask('POST', `${this.#session}/execute/async`, { script, args: [arg ?? null] })
    if (error !== undefined && error !== null) throw new Error(error)
    return value
  }

  async close() {
    await ask('DELETE', this.#session)
  }
}

async function ask(method, url, body) {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) })
  const { value } = await response.json()
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`)
  return value
}
