// The packed package in a page of Chromium.
import { cpSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from '../../tools/root.mjs'
import { bundle, findChromium, INSTALL_CHROMIUM, withPage } from '../browser.mjs'
import { Consumer } from '../consumer.mjs'
import { runSuite } from '../suite.mjs'

const CASES_MS = 240_000

const launch = await findChromium()
if (launch === undefined) {
  console.log(`skipped: all of Chromium: ${INSTALL_CHROMIUM}`)
  console.log('0 passed, 0 failed, 1 skipped')
} else await runInChromium()

async function runInChromium() {
  const consumer = await Consumer.create()
  const folder = join(consumer.folder, 'site')
  mkdirSync(join(folder, 'fixtures'), { recursive: true })
  cpSync(join(consumer.folder, 'fixtures'), join(folder, 'fixtures'), { recursive: true })
  for (const name of ['worker', 'tasks'])
    await bundle(join(consumer.folder, `fixtures/${name}.js`), join(folder, `fixtures/${name}.js`))
  consumer.write(
    'page.mjs',
    `import * as daskflow from 'daskflow'
     import { CHROMIUM as limits, runConformance } from ${JSON.stringify(resolve(root, 'e2e/conformance.mjs'))}
     window.squares = async () => {
       const backend = await new daskflow.DaskExecutionBackend()
       const results = []
       const done = new Promise((resolve) => backend.registerCallback((task, state) => {
         if (state === 'DONE' && results.push(task.returnValue) === 3) resolve(results.sort())
       }))
       await backend.submitTasks([1, 2, 3].map((n) => ({ uid: String(n), function: async (n) => n * n, args: [n] })))
       await done
       await backend.shutdown()
       return [daskflow.runtime.name, ...results]
     }
     window.conformance = () => runConformance({
       daskflow, Backend: daskflow.DaskExecutionBackend, kind: 'dask', limits, fixtures: new URL('/fixtures/', location.href),
     })`,
  )
  await bundle(join(consumer.folder, 'page.mjs'), join(folder, 'page.js'))
  try {
    await withPage(launch, folder, 'page.js', runInPage)
  } finally {
    consumer.remove()
  }
}

async function runInPage(page) {
  await page.waitForFunction(() => typeof window.conformance === 'function')
  const tests = {
    'a page gets Web Workers by the export condition "browser"': async () => {
      const result = await page.evaluate(() => window.squares())
      if (result.join() !== 'web,1,4,9') throw new Error(`got ${result}`)
    },
  }
  await runSuite(tests, () => conformance(page))
}

/** Runs the cases in the page, and answers what they print. */
async function conformance(page) {
  const lines = []
  page.on('console', (message) => lines.push(message.text()))
  page.setDefaultTimeout(CASES_MS)
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${CASES_MS} ms\n${lines.join('\n')}`)), CASES_MS)
  })
  try {
    await Promise.race([page.evaluate(() => window.conformance()), late])
  } finally {
    clearTimeout(timer)
  }
  // What a worker logs may come late; the line that sums up is the last of the cases'.
  const last = lines.findLastIndex((line) => / passed, .* failed, /.test(line))
  return lines.slice(0, last + 1).join('\n')
}
