// The story of examples/web-image, in Chromium: a person filters an image, and the page stays free meanwhile.
import { strict as assert } from 'node:assert'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { tellStories } from '../stories.mjs'
import { edgesOf } from './edges.mjs'
import { landscape } from './landscape.mjs'

await tellStories('web-image', stories)

function stories({ consumer, openPage }) {
  const image = landscape(1500, 1000)
  consumer.write('dusk.png', image.file)
  // Not done before it is cancelled, however slow the machine is at clicking.
  consumer.write('panorama.png', landscape(4000, 2000).file)
  consumer.write('notes.txt', 'This is no image.')
  const choose = (page, name) => page.getByLabel('Image').setInputFiles(join(consumer.folder, name))
  const run = (page) => page.getByRole('button', { name: 'Run' }).click()
  const alertOf = (page) => page.getByRole('alert').textContent()

  return {
    'two jobs run, the page answers clicks, one is cancelled, and the result of the other is right': async () => {
      assert.ok(image.file.length > 2e6, 'the image has some megabytes')
      const page = await openPage()
      await choose(page, 'panorama.png')
      await page.getByLabel('Filter').selectOption('Oil painting')
      await run(page)
      const painting = job(page, 'Oil painting: panorama.png')
      await painting.row.waitFor()
      await choose(page, 'dusk.png')
      await page.getByLabel('Filter').selectOption('Find edges')
      await run(page)
      const edges = job(page, 'Find edges: dusk.png')

      const early = await painting.progressBeyond(0)
      for (let n = 1; n <= 3; n++) {
        await page.getByRole('button', { name: 'Clicked' }).click()
        assert.equal(await page.getByRole('button', { name: 'Clicked' }).textContent(), `Clicked ${n} times`)
      }
      const later = await painting.progressBeyond(early)
      assert.ok(later < 1, 'the page answered while the job was running')

      await painting.row.getByRole('button', { name: 'Cancel' }).click()
      await painting.row.getByText('Cancelled').waitFor()
      await edges.row.getByText(/^Done in/).waitFor()
      await page.getByText('SHA-256').waitFor()
      const checksum = createHash('sha256').update(edgesOf(image)).digest('hex')
      assert.equal(
        await page.getByRole('figure').getByText('SHA-256').textContent(),
        `Find edges: 1500 × 1000 pixels, SHA-256 ${checksum}`,
      )
      assert.equal(await page.getByLabel('Result').evaluate(checksumOfCanvas), checksum)
      assert.ok((await painting.progress()) < 1)
      await page.getByLabel('Result').waitFor({ state: 'visible' })
    },
    'every pixel is moved to the workers and back, none is copied': async () => {
      const moved = { there: 0, back: 0 }
      const page = await openPage((page) => countMoved(page, moved))
      await choose(page, 'dusk.png')
      await page.getByLabel('Filter').selectOption('Find edges')
      await run(page)
      await page.getByText(/^Done in/).waitFor()
      const bytes = image.pixels.length
      assert.ok(moved.there >= bytes, `${moved.there} of ${bytes} bytes were moved to the workers`)
      assert.equal(moved.back, bytes)
    },
    'a run without an image, and a file that is none, are told in words': async () => {
      const page = await openPage()
      await run(page)
      assert.equal(await alertOf(page), 'Choose an image first.')
      await choose(page, 'notes.txt')
      await run(page)
      await page.getByText('could not be filtered').waitFor()
      assert.equal(await alertOf(page), 'notes.txt could not be filtered: it is not an image that this browser can read')
    },
    'so are workers that cannot be started': async () => {
      const page = await openPage((page) => page.route(/filters\.worker/, (route) => route.abort()))
      await page.getByText('could not be started').first().waitFor()
      assert.match(
        await alertOf(page),
        /^The filters could not be started: Worker .* could not be started from resources\.worker/,
      )
    },
  }
}

/** Runs in the page. */
async function checksumOfCanvas(canvas) {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  const digest = await crypto.subtle.digest('SHA-256', data)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Counts the bytes that are moved, not copied, by whatever posts messages in the page and in its workers. */
async function countMoved(page, moved) {
  const counting = (where) => `{
    const post = ${where}.postMessage
    ${where}.postMessage = function (message, transfer) {
      // Before it is posted: what was moved is empty.
      const bytes = (Array.isArray(transfer) ? transfer : []).reduce((sum, { byteLength = 0 }) => sum + byteLength, 0)
      post.apply(this, arguments)
      if (bytes > 0) console.debug('moved', 'document' in self ? 'there' : 'back', bytes)
    }
  }`
  page.on('console', (message) => {
    const [, where, bytes] = /^moved (\w+) (\d+)$/.exec(message.text()) ?? []
    if (where !== undefined) moved[where] += Number(bytes)
  })
  await page.addInitScript(counting('Worker.prototype'))
  await page.route(/filters\.worker/, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: counting('self') + (await response.text()) })
  })
}

/** A job of the page, by its name. */
function job(page, name) {
  const row = page.getByRole('listitem').filter({ hasText: name })
  const bar = row.getByRole('progressbar', { name })
  const progress = () => bar.evaluate((element) => element.value)
  return {
    row,
    progress,
    async progressBeyond(share) {
      await bar.evaluate(
        (element, share) =>
          new Promise((resolve) => {
            const look = () => (element.value > share ? resolve() : requestAnimationFrame(look))
            look()
          }),
        share,
      )
      return progress()
    },
  }
}
