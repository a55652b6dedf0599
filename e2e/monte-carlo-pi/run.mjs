// The story of examples/monte-carlo-pi, in Chromium: a person throws darts, and sees π come nearer.
import { strict as assert } from 'node:assert'
import { tellStories } from '../stories.mjs'

await tellStories('monte-carlo-pi', ({ openPage }) => ({
  'darts are thrown, and the estimate is drawn as they come in': async () => {
    const { page, button, progress } = partsOf(await openPage())
    await button('Throw').click()
    const early = await progressBeyond(progress, 0)
    assert.ok(early < 1, 'the page draws while the workers throw')
    await progressBeyond(progress, 0.999)
    const pi = Number(await page.getByLabel('Estimate').textContent())
    assert.ok(Math.abs(pi - Math.PI) < 0.01, `${pi} is π`)
    assert.match(await page.locator('#darts').textContent(), /^100,000,000 darts/)
  },
  'they are stopped, and thrown again': async () => {
    const { button, progress } = partsOf(await openPage())
    await button('Throw').click()
    await progressBeyond(progress, 0)
    await button('Stop').click()
    await button('Throw').click()
    assert.ok((await progress.evaluate((bar) => bar.value)) < 1)
    await progressBeyond(progress, 0.999)
  },
}))

function partsOf(page) {
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
