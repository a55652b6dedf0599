import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { INSTALL_CHROMIUM } from '../../tools/chromium.mjs'
import { toLine } from '../../tools/counts.mjs'
import { root } from '../../tools/root.mjs'
import { INSTALL_RUNTIMES, programOf } from '../../tools/runtimes.mjs'
import { findChromium, openSite } from '../browser.mjs'
import { bundle } from '../bundle.mjs'
import { askWorkerd } from '../workerd.mjs'

const miniflare = await import('miniflare').catch(() => undefined)
const CONFORMANCE = resolve(root, 'e2e/conformance.mjs')
const CASES = resolve(root, 'e2e/dask/cases.mjs')

/** The cases of every backend's contract, in each runtime, over what each speaks. Each answers what they printed. */
export async function conformanceOn(stage) {
  const inProgram = (runtime, command, limits, over, faces = false) =>
    stage.on([2], async (cluster) => {
      const file = `conformance-${runtime}.mjs`
      stage.consumer.write(file, programText(limits, faces))
      return cluster.script(file, command, over(cluster)).succeeded()
    })
  const overTcp = ({ address }) => address
  const overWs = ({ wsAddress }) => wsAddress
  const node = 'nodeLimits(process.version)'
  const programs = [
    inProgram('node', [process.execPath], node, overTcp, true),
    inProgram('node', [process.execPath], node, overWs),
  ]
  const [deno, bun] = [programOf('deno'), programOf('bun')]
  programs.push(
    deno === undefined ? skipped('Deno', INSTALL_RUNTIMES) : inProgram('deno', [deno, 'run', '--allow-all'], 'DENO', overWs),
  )
  programs.push(bun === undefined ? skipped('Bun', INSTALL_RUNTIMES) : inProgram('bun', [bun, 'run'], 'BUN', overWs))
  programs.push(miniflare === undefined ? skipped('workerd', INSTALL_RUNTIMES) : inWorkerd(stage, miniflare))
  const launch = await findChromium()
  programs.push(launch === undefined ? skipped('Chromium', INSTALL_CHROMIUM) : inChromium(stage, launch))
  return programs
}

/** What cannot run says so. */
const skipped = (runtime, why) => () =>
  `skipped: the cases in ${runtime}: ${why}\n${toLine({ passed: 0, failed: 0, skipped: 1 })}`

/** In a page, through a gateway that lets it pass. */
const inChromium = (stage, launch) =>
  stage.on([2], async (cluster) => {
    const folder = join(stage.consumer.folder, 'cases-site')
    mkdirSync(folder, { recursive: true })
    stage.consumer.write('page-cases.mjs', PAGE_TEXT)
    await bundle(join(stage.consumer.folder, 'page-cases.mjs'), join(folder, 'page.js'))
    const site = await openSite(launch, folder, 'page.js')
    try {
      const page = await site.newPage()
      await page.waitForFunction(() => typeof window.printed === 'function')
      const address = await cluster.gateway(['--allow-origin', new URL(page.url()).origin])
      return await page.evaluate((address) => window.printed(address), address)
    } finally {
      await site.close()
    }
  })

/** In an edge function, which is asked to run them. */
const inWorkerd = (stage, miniflare) =>
  stage.on([2], async ({ wsAddress }) => {
    stage.consumer.write('edge-cases.mjs', EDGE_TEXT)
    const file = join(stage.consumer.folder, 'edge-cases.mjs')
    const [{ text }] = await askWorkerd(miniflare, file, [`/?address=${encodeURIComponent(wsAddress)}`])
    return text
  })

/** In a program that gets the address as its argument. */
const programText = (limits, faces) => `${casesText((path) => String(pathToFileURL(path)))}
import process from 'node:process'
await runCases(process.argv[2], limits.${limits}, new URL('./fixtures/', import.meta.url), ${faces})
process.exit()`

const casesText = (toSpecifier) => `import * as daskflow from 'daskflow'
import * as limits from ${JSON.stringify(toSpecifier(CONFORMANCE))}
import { casesOn } from ${JSON.stringify(toSpecifier(CASES))}
const { runConformance, subjectOf } = limits
async function runCases(address, limits, fixtures, faces) {
  // Whatever workers a case asks for, it gets those of the cluster.
  class Backend extends daskflow.DaskExecutionBackend {
    constructor(resources, options) {
      super(options?.client ? resources : { address }, options)
    }
  }
  class Client extends daskflow.Client {
    constructor(resources, options) {
      super(typeof resources?.submitBatch === 'function' ? resources : { address }, options)
    }
  }
  await runConformance(subjectOf(daskflow, { limits, fixtures, Backend, Client }), casesOn({ faces }))
}`

/** Answers what they printed. */
const printedText = `${casesText((path) => path)}
async function printed(address, limits, fixtures, faces) {
  const lines = []
  console.log = (line) => lines.push(line)
  await runCases(address, limits, fixtures, faces)
  return lines.join('\\n')
}`

const EDGE_TEXT = `${printedText}
export default {
  async fetch(request) {
    const address = new URL(request.url).searchParams.get('address')
    return new Response(await printed(address, limits.SAME_THREAD, new URL('file:///'), false))
  },
}`

const PAGE_TEXT = `${printedText}
window.printed = (address) => printed(address, limits.CHROMIUM, new URL('/fixtures/', location.href), true)`
