// The packed package in the engines that Chromium does not stand for: all cases and faults, in the very same page.
import { toLine } from '../../tools/counts.mjs'
import { Consumer } from '../consumer.mjs'
import { runSuite } from '../suite.mjs'
import { serve } from '../web-server.mjs'
import { printedBy, withEngine } from './engines.mjs'
import { makeSite } from './site.mjs'

const consumer = await Consumer.create()
const site = await serve(await makeSite(consumer))

/** Answers what was printed of all of a kind in an engine. */
async function tryIn(engine, kind) {
  let printed = ''
  const missing = await withEngine(engine, async (page) => {
    await page.goto(site.url)
    printed = await printedBy(page, kind)
  })
  if (missing === undefined) return `${engine}, ${kind}:\n${printed}`
  return `skipped: all ${kind} in ${engine}: ${missing}\n${toLine({ passed: 0, failed: 0, skipped: 1 })}`
}

const programs = ['Firefox', 'WebKit'].flatMap((engine) => ['cases', 'faults'].map((kind) => () => tryIn(engine, kind)))
try {
  await runSuite({}, ...programs)
} finally {
  site.close()
  consumer.remove()
}
