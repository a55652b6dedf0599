// The packed package in what bundlers make of an application, opened in Chromium; and in programs of one file.
import { strict as assert } from 'node:assert'
import { join } from 'node:path'
import { INSTALL_CHROMIUM } from '../../tools/chromium.mjs'
import { whyNotInstalled } from '../../tools/packages.mjs'
import { INSTALL_RUNTIMES } from '../../tools/runtimes.mjs'
import { findChromium } from '../browser.mjs'
import { Consumer } from '../consumer.mjs'
import { runSuite, skipAll } from '../suite.mjs'
import { textsOfPages } from '../vite.mjs'
import { makeApp, SHOWN } from './app.mjs'
import { BUILDS, FILES } from './builds.mjs'
import { seeExecutable } from './executables.mjs'
import { seeNext } from './next.mjs'
import { seeOldTarget } from './old-target.mjs'
import { Pages } from './pages.mjs'
import { seeLocalUse, seeUnused, WEIGHED } from './weight.mjs'

const missing = await whyNotInstalled('e2e/bundlers')
if (missing !== undefined) skipAll('all bundlers', missing)
else await runBundlers()

async function runBundlers() {
  const consumer = await Consumer.create(join(import.meta.dirname, '.cache'))
  const launch = await findChromium()
  const inPages = (see) => async () => {
    if (launch === undefined) return INSTALL_CHROMIUM
    return Pages.use(launch, see)
  }
  const seeVite = (version, name) => async () => {
    if (launch === undefined) return INSTALL_CHROMIUM
    return seeTexts(await textsOfPages(launch, makeApp(consumer, name), SHOWN, await version()))
  }
  const seeBuild = (name) =>
    inPages(async (pages) => {
      const app = makeApp(consumer, name.replace(' ', '-').toLowerCase(), FILES[name]?.())
      await BUILDS[name](app)
      seeTexts([await pages.textOfFolder(join(app, 'dist'), SHOWN)])
    })
  try {
    await runSuite({
      'Vite 8 serves and builds': seeVite(() => import('vite'), 'vite-8'),
      'Vite 7 serves and builds': seeVite(() => import('vite7'), 'vite-7'),
      ...Object.fromEntries(Object.keys(BUILDS).map((name) => [`${name} builds`, seeBuild(name)])),
      'Next.js builds: a client page, a route of the edge, one of Node': inPages((pages) => seeNext(consumer, pages)),
      'a build for es2016 runs what the guide says': inPages((pages) => seeOldTarget(consumer, pages)),
      ...Object.fromEntries(
        WEIGHED.map((name) => [`an import that is not used adds nothing: ${name}`, () => seeUnused(consumer, name)]),
      ),
      'local use holds nothing of Dask or of workflows': () => seeLocalUse(consumer),
      'Bun makes one executable': () => seeExecutable(consumer, 'bun', INSTALL_RUNTIMES),
      'Deno makes one executable': () => seeExecutable(consumer, 'deno', INSTALL_RUNTIMES),
    })
  } finally {
    consumer.remove()
  }
}

function seeTexts(texts) {
  for (const text of texts) for (const words of SHOWN) assert.ok(text.includes(words), `'${words}' is not in '${text}'`)
}
