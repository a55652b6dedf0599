// The story of examples/monte-carlo-pi, in Chromium: a person throws darts, and sees π come nearer.
import { strict as assert } from 'node:assert'
import { tellStories } from '../stories.mjs'

await tellStories('monte-carlo-pi', ({ openPage }) => ({
  'darts are thrown, and the estimate is drawn as they come in': async () => {
    const { page, button, progress, done } = partsOf(await openPage())
    const early = progress.evaluate(atFirst)
    await button('Throw').click()
    assert.ok((await early) < 1, 'the page draws while the workers throw')
    await done()
    const pi = Number(await page.getByLabel('Estimate').textContent())
    assert.ok(Math.abs(pi - Math.PI) < 0.01, `${pi} is π`)
    assert.match(await page.locator('#darts').textContent(), /^100,000,000 darts/)
  },
  'they are stopped, and thrown again': async () => {
    const { button, progress, done } = partsOf(await openPage())
    const stopped = progress.evaluate(atFirst, '#stop')
    await button('Throw').click()
    assert.ok((await stopped) < 1)
    // It can be pressed when they have stopped.
    await button('Throw').click()
    await done()
  },
}))

function partsOf(page) {
  return {
    page,
    button: (name) => page.getByRole('button', { name }),
    progress: page.getByRole('progressbar'),
    done: () => page.waitForFunction(() => document.querySelector('progress').value === 1),
  }
}

/** Resolves to the first value that a bar draws, and clicks at once what is to be clicked then: soon all is over. */
function atFirst(bar, selector) {
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      observer.disconnect()
      if (selector) document.querySelector(selector).click()
      resolve(bar.value)
    })
    observer.observe(bar, { attributeFilter: ['value'] })
  })
}
