// The packed package in the engines that Chromium does not stand for: all cases and faults, in the very same page.
import { toLine } from '../../tools/counts.mjs'
import { Consumer } from '../consumer.mjs'
import { runSuite } from '../suite.mjs'
import { serve } from '../web-server.mjs'
import { openEngine, printedBy } from './engines.mjs'
import { makeSite } from './site.mjs'

const consumer = await Consumer.create()
const site = await serve(await makeSite(consumer))

/** Answers what was printed of all of a kind in an engine. */
async function tryIn(name, kind) {
  const { page, missing, close } = await openEngine(name)
  if (missing !== undefined) return `skipped: all ${kind} in ${name}: ${missing}\n${toLine({ passed: 0, failed: 0, skipped: 1 })}`
  try {
    await page.goto(site.url)
    return `${name}, ${kind}:\n${await printedBy(page, kind)}`
  } finally {
    await close()
  }
}

/** All that there is in an engine, one kind after the other: they would disturb each other. */
async function tryAllIn(name) {
  return [await tryIn(name, 'cases'), await tryIn(name, 'faults')]
}

try {
  // Both at a time: they mostly wait.
  const [firefox, webkit] = [tryAllIn('Firefox'), tryAllIn('WebKit')]
  await runSuite({}, ...[0, 1].flatMap((i) => [firefox, webkit].map((printed) => async () => (await printed)[i])))
} finally {
  site.close()
  consumer.remove()
}
