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
  async goto(url) {
    await ask('POST', `${this.#session}/url`, { url })
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
