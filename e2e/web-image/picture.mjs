// Takes the picture of examples/web-image that the README shows: node e2e/web-image/picture.mjs
import { join, resolve } from 'node:path'
import { root } from '../../tools/root.mjs'
import { findChromium } from '../browser.mjs'
import { Consumer } from '../consumer.mjs'
import { serveExample } from '../example-site.mjs'
import { landscape } from './landscape.mjs'

const FILE = 'examples/web-image/picture.jpg'

const launch = await findChromium()
if (launch === undefined) throw new Error('There is no Chromium to take a picture of')
const consumer = await Consumer.create()
const site = await serveExample(consumer, 'web-image')
const browser = await launch()
try {
  consumer.write('dusk.png', landscape(1500, 600).file)
  const page = await browser.newPage({ viewport: { width: 1000, height: 630 } })
  await page.goto(site.url)
  await page.getByLabel('Image').setInputFiles(join(consumer.folder, 'dusk.png'))
  await page.getByRole('button', { name: 'Run' }).click()
  await page.getByText(/^Done in/).waitFor()
  await page.getByLabel('Filter').selectOption('Remove specks')
  await page.getByRole('button', { name: 'Run' }).click()
  for (let n = 0; n < 7; n++) await page.getByRole('button', { name: 'Clicked' }).click()
  await page.getByText(/^[3-9]\d %$/).waitFor()
  await page.screenshot({ path: resolve(root, FILE), type: 'jpeg', quality: 80 })
  console.log(`Wrote ${FILE}.`)
} finally {
  await browser.close()
  await site.close()
  consumer.remove()
}
