// What the README and the guide to a start say to do in each runtime, done from an empty folder, with the packed package.
import { strict as assert } from 'node:assert'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { archive, makeArchive } from '../../tools/archive.mjs'
import { INSTALL_CHROMIUM } from '../../tools/chromium.mjs'
import { root } from '../../tools/root.mjs'
import { INSTALL_RUNTIMES, programOf } from '../../tools/runtimes.mjs'
import { findChromium } from '../browser.mjs'
import { startRegistry } from '../registry.mjs'
import { Section } from '../section.mjs'
import { runSuite } from '../suite.mjs'
import { textsOfPages } from '../vite.mjs'
import { askWorkerd } from '../workerd.mjs'
import { Newcomer } from './newcomer.mjs'

const START = 'docs/guide/start.md'
const PRIMES = [/a part 78498/, /a part 70435/, /total 148933/]
const DIGEST_OF_TWO = '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3'
// What the repository has of the same, pinned.
const LEFT_OUT = ['npm install --save-dev vite', 'npx vite', 'npx wrangler dev digests.mjs']

if (!existsSync(resolve(root, archive))) await makeArchive()
const registry = await startRegistry()
try {
  await runSuite({
    'five minutes': () => follow(new Section('In five minutes'), seePi, new Section('').files),
    'a Node script': () => runScript('Node'),
    'a Deno script': () => (programOf('deno') ? runScript('Deno', 'Node') : INSTALL_RUNTIMES),
    'a Bun script': () => (programOf('bun') ? runScript('Bun', 'Node') : INSTALL_RUNTIMES),
    'a page, as Vite serves it and as it builds it': async () => {
      const launch = await findChromium()
      return launch === undefined ? INSTALL_CHROMIUM : follow(new Section('A page', START), (folder) => seePages(launch, folder))
    },
    'an edge function, in workerd': async () => {
      const miniflare = await import('miniflare').catch(() => undefined)
      return miniflare === undefined
        ? INSTALL_RUNTIMES
        : follow(new Section('An edge function', START), (folder) => askForDigests(miniflare, folder))
    },
  })
} finally {
  registry.close()
}

/** The script of a section, perhaps saved from another one: it runs, and ends. */
function runScript(heading, from = heading) {
  const seePrimes = (_folder, output) => PRIMES.forEach((line) => void assert.match(output, line))
  return follow(new Section(heading, START), seePrimes, new Section(from, START).files)
}

/** Does what a section says, in an empty folder; then `check(folder, output)` looks at it. */
async function follow({ files, commands }, check, saved = {}) {
  const newcomer = new Newcomer(registry.url)
  try {
    newcomer.save({ ...files, ...saved })
    let output = ''
    for (const command of commands) if (!LEFT_OUT.includes(command)) output = await newcomer.type(command)
    await check(newcomer.folder, output)
  } finally {
    newcomer.leave()
  }
}

function seePi(_folder, output) {
  assert.equal(output.match(/^a part 3\.\d+$/gm)?.length, 8)
  assert.match(output, /^π 3\.14\d*$/m)
}

async function seePages(launch, folder) {
  for (const text of await textsOfPages(launch, folder, ['total 148933'])) for (const line of PRIMES) assert.match(text, line)
}

async function askForDigests(miniflare, folder) {
  const [refusal, answer] = await askWorkerd(miniflare, join(folder, 'digests.mjs'), ['/', '/?text=one&text=two&text=one'])
  assert.equal(refusal.status, 400)
  const digests = JSON.parse(answer.text)
  assert.deepEqual(
    digests.map(({ text }) => text),
    ['one', 'two', 'one'],
  )
  assert.equal(digests[1].digest, DIGEST_OF_TWO)
}
