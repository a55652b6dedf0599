// The packed package with what pages are made with, and with what stands for a page in tests.
import { strict as assert } from 'node:assert'
import { cpSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { INSTALL_CHROMIUM } from '../../tools/chromium.mjs'
import { whyNotInstalled } from '../../tools/packages.mjs'
import { root } from '../../tools/root.mjs'
import { findChromium } from '../browser.mjs'
import { Consumer } from '../consumer.mjs'
import { Section } from '../section.mjs'
import { runSuite, skipAll } from '../suite.mjs'
import { withSites } from '../vite.mjs'
import { cancelIt, seeItDone, seeNoWorkers } from './primes-page.mjs'

const HERE = 'e2e/frameworks'
const packages = resolve(root, HERE, 'node_modules')

const IN_JSDOM = `
import { JSDOM } from '${pathToFileURL(join(packages, 'jsdom/lib/api.js'))}'
const { window } = new JSDOM('<!doctype html>', { url: 'http://localhost/' })
// As a test runner makes a page of Node.
for (const name of ['window', 'document', 'navigator', 'self', 'Blob', 'URL', 'AbortController', 'AbortSignal', 'Event', 'EventTarget'])
  Object.defineProperty(globalThis, name, { value: name === 'self' ? globalThis : window[name] ?? window, configurable: true, writable: true })

const { Client, DaskExecutionBackend, runtime } = await import('daskflow')
console.log(runtime.name)
for (const start of [() => Client.create(), () => DaskExecutionBackend.create()])
  console.log(await start().catch(({ code, message }) => code + ' ' + message))
for (const name of ['inline', 'node']) {
  const { Client } = await import('daskflow/runtime-' + name)
  const client = await Client.create({ nWorkers: 1 })
  console.log(name, await client.submit(async (n) => n * n, [7]))
  await client.close()
}
`

const missing = await whyNotInstalled('e2e/frameworks')
if (missing === undefined) await runAll()
else skipAll('React and jsdom', missing)

async function runAll() {
  const consumer = await Consumer.create()
  try {
    await runSuite({
      'in React, as Vite serves it and as it builds it': () => seeReact(consumer),
      'under jsdom it imports, is told which runtime to name, and runs tasks by that': async () => {
        consumer.write('jsdom.mjs', IN_JSDOM)
        const output = await consumer.run(process.execPath, ['--conditions=browser', 'jsdom.mjs'])
        assert.match(
          output,
          /^web\n(ERR_CLUSTER .*a test without a browser.*'daskflow\/runtime-inline'.*\n){2}inline 49\nnode 49$/m,
        )
      },
    })
  } finally {
    consumer.remove()
  }
}

async function seeReact(consumer) {
  const launch = await findChromium()
  if (launch === undefined) return INSTALL_CHROMIUM
  for (const name of readdirSync(packages).filter((name) => /^(react|react-dom|scheduler)$/.test(name)))
    cpSync(join(packages, name), join(consumer.folder, 'node_modules', name), { recursive: true })
  const { files } = new Section('A component', 'docs/guide/react.md')
  for (const [name, text] of Object.entries(files)) consumer.write(name, text)
  await withSites(launch, consumer.folder, async (page) => {
    await cancelIt(page)
    await page.getByRole('button', { name: 'Hide' }).click()
    await seeNoWorkers(page)
    await page.getByRole('button', { name: 'Show' }).click()
    await page.waitForFunction(() => document.querySelector('progress')?.value > 0)
    // As many as the page has cores, however often it was mounted.
    const cores = await page.evaluate(() => navigator.hardwareConcurrency)
    assert.ok(page.workers().length <= cores, `${page.workers().length} workers on ${cores} cores`)
    await seeItDone(page)
    await page.getByRole('button', { name: 'Hide' }).click()
    await seeNoWorkers(page)
  })
}
