import { INSTALL_CHROMIUM } from '../tools/chromium.mjs'
import { findChromium } from './browser.mjs'
import { Consumer } from './consumer.mjs'
import { serveExample } from './example-site.mjs'
import { runSuite, skipAll } from './suite.mjs'

// Of what a person waits for in a page.
const STEP_MS = 60_000

/** What a person does with an example, in Chromium: `storiesOf({ consumer, openPage })` answers that, by name. */
export async function tellStories(example, storiesOf) {
  const launch = await findChromium()
  if (launch === undefined) {
    skipAll('the story of a page', INSTALL_CHROMIUM)
    return
  }
  const consumer = await Consumer.create()
  const site = await serveExample(consumer, example)
  const browser = await launch()
  const openPage = async (prepare = () => {}) => {
    const page = await browser.newPage()
    page.setDefaultTimeout(STEP_MS)
    await prepare(page)
    await page.goto(site.url)
    return page
  }
  try {
    await runSuite(storiesOf({ consumer, openPage }))
  } finally {
    await browser.close()
    await site.close()
    consumer.remove()
  }
}
