// The story of examples/monte-carlo-pi, in Chromium: a person throws darts, and sees π come nearer.
import { strict as assert } from 'node:assert'
import { INSTALL_CHROMIUM } from '../../tools/chromium.mjs'
import { findChromium } from '../browser.mjs'
import { Consumer } from '../consumer.mjs'
import { serveExample } from '../example-site.mjs'
import { runSuite, skipAll } from '../suite.mjs'

const STEP_MS = 60_000

const launch = await findChromium()
if (launch === undefined) skipAll('the story of a page', INSTALL_CHROMIUM)
else await tell()

async function tell() {
  const consumer = await Consumer.create()
  const site = await serveExample(consumer, 'monte-carlo-pi')
  const browser = await launch()
  try {
    await runSuite({
      'darts are thrown, and the estimate is drawn as they come in': async () => {
        const { page, button, progress } = await open(browser, site.url)
        await button('Throw').click()
        const early = await progressBeyond(progress, 0)
        assert.ok(early < 1, 'the page draws while the workers throw')
        await progressBeyond(progress, 0.999)
        const pi = Number(await page.getByLabel('Estimate').textContent())
        assert.ok(Math.abs(pi - Math.PI) < 0.01, `${pi} is π`)
        assert.match(await page.locator('#darts').textContent(), /^100,000,000 darts/)
      },
      'they are stopped, and thrown again': async () => {
        const { button, progress } = await open(browser, site.url)
        await button('Throw').click()
        await progressBeyond(progress, 0)
        await button('Stop').click()
        await button('Throw').click()
        assert.ok((await progress.evaluate((bar) => bar.value)) < 1)
        await progressBeyond(progress, 0.999)
      },
    })
  } finally {
    await browser.close()
    await site.close()
    consumer.remove()
  }
}

async function open(browser, url) {
  const page = await browser.newPage()
  page.setDefaultTimeout(STEP_MS)
  await page.goto(url)
  return { page, button: (name) => page.getByRole('button', { name }), progress: page.getByRole('progressbar') }
}

/** Resolves to the first value beyond a share. */
function progressBeyond(progress, share) {
  return progress.evaluate(
    (bar, share) =>
      new Promise((resolve) => {
        const look = () => (bar.value > share ? resolve(bar.value) : requestAnimationFrame(look))
        look()
      }),
    share,
  )
}
