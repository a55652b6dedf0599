// The packed package in a page without a bundler, and where a page has its code beside itself: workers, service workers.
import { strict as assert } from 'node:assert'
import { INSTALL_CHROMIUM } from '../../tools/chromium.mjs'
import { findChromium } from '../browser.mjs'
import { Consumer } from '../consumer.mjs'
import { Section } from '../section.mjs'
import { runSuite, skipAll } from '../suite.mjs'
import { serve } from '../web-server.mjs'
import { cancelIt, seeItDone, seeNoWorkers } from './primes-page.mjs'

const WORKER = `
import { Client } from './node_modules/daskflow/dist/web/index.js'
const client = await Client.create({ nWorkers: 1 })
postMessage(await client.submit(async (n) => n * n, [7]))
await client.close()
`
const SERVICE_WORKER = `
import { Client } from './node_modules/daskflow/dist/web/index.js'
import { Client as InlineClient } from './node_modules/daskflow/dist/inline/index.js'
const ROUTES = {
  web: () => Client.create().catch(({ code, message }) => [code, message]),
  async inline() {
    const client = await InlineClient.create()
    const square = await client.submit(async (n) => n * n, [7])
    await client.close()
    return square
  },
}
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  const route = ROUTES[new URL(event.request.url).searchParams.get('ask')]
  if (route) event.respondWith(route().then((answer) => Response.json(answer)))
})
`

const launch = await findChromium()
if (launch === undefined) skipAll('pages without a bundler', INSTALL_CHROMIUM)
else await runPages()

async function runPages() {
  const consumer = await Consumer.create()
  const { files } = new Section('Without a bundler', 'docs/guide/page.md')
  for (const [name, text] of Object.entries({ ...files, 'own.js': WORKER, 'service.js': SERVICE_WORKER }))
    consumer.write(name, text)
  consumer.write('empty.html', '<!doctype html><title>daskflow</title>')
  const server = await serve(consumer.folder)
  const browser = await launch()
  try {
    await runSuite(testsOf((path) => open(browser, new URL(path, server.url))))
  } finally {
    await browser.close()
    server.close()
    consumer.remove()
  }
}

async function open(browser, url) {
  const page = await browser.newPage()
  await page.goto(url.href)
  return page
}

function testsOf(openPage) {
  return {
    'a page of plain files runs tasks, and its workers end with its client': async () => {
      const page = await openPage('/')
      await seeItDone(page)
      await seeNoWorkers(page)
    },
    'its tasks can be cancelled while they run': async () => {
      const page = await openPage('/')
      await cancelIt(page)
      await seeNoWorkers(page)
    },
    'a Web Worker starts workers of its own': async () => {
      const page = await openPage('/empty.html')
      const answer = () =>
        new Promise((resolve, reject) => {
          const worker = new Worker('/own.js', { type: 'module' })
          worker.onmessage = ({ data }) => resolve(data)
          worker.onerror = ({ message }) => reject(new Error(message))
        })
      assert.equal(await page.evaluate(answer), 49)
    },
    'a service worker imports it, is told which runtime to name, and runs tasks by that': async () => {
      const page = await openPage('/empty.html')
      const ask = async () => {
        const controlled = new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve))
        await navigator.serviceWorker.register('/service.js', { type: 'module' })
        await controlled
        return Promise.all(['web', 'inline'].map(async (name) => (await fetch(`/?ask=${name}`)).json()))
      }
      const [[code, message], square] = await page.evaluate(ask)
      assert.equal(code, 'ERR_CLUSTER')
      assert.match(message, /no Web Workers here.*service worker.*'daskflow\/runtime-inline'/)
      assert.equal(square, 49)
    },
  }
}
