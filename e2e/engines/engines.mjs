import { INSTALL_CHROMIUM } from '../../tools/chromium.mjs'
import { findChromium } from '../browser.mjs'
import { findFirefox } from './firefox.mjs'
import { findWebKit } from './webkit.mjs'

const TRY_MS = 200_000
// What is too late says how far it came.
const EVALUATE_MS = 2 * TRY_MS

/**
 * How each is found. That answers a text, how to get what is missing; or what starts a `browser`, with one `page`: `goto(url)`,
 * `evaluate(function, argument)`.
 */
const ENGINES = {
  async Chromium() {
    const launch = await findChromium()
    if (launch === undefined) return INSTALL_CHROMIUM
    return async () => {
      const browser = await launch()
      return { browser, page: await browser.newPage() }
    }
  },
  Firefox: () => findFirefox(EVALUATE_MS),
  WebKit: () => findWebKit(EVALUATE_MS),
}

/** Starts an engine. Answers its `page` and what `close`s it, or why it is `missing`. */
export async function openEngine(name) {
  const found = await ENGINES[name]()
  if (typeof found === 'string') return { missing: found, async close() {} }
  const { browser, page } = await found()
  return { page, close: () => browser.close() }
}

/** Tries all `'cases'` or `'faults'` in the page of site.mjs. Answers what a program would print of them. */
export async function printedBy(page, kind) {
  let timer
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, TRY_MS)
  })
  try {
    const printed = await Promise.race([page.evaluate((kind) => window.tryAll(kind), kind), late])
    if (printed !== undefined) return printed
    throw new Error(`The ${kind} are not over after ${TRY_MS} ms\n${await page.evaluate(() => window.lines.join('\n'))}`)
  } finally {
    clearTimeout(timer)
  }
}
