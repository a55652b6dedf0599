import process from 'node:process'
import { findChromium } from '../e2e/browser.mjs'
import { INSTALL_CHROMIUM } from '../tools/chromium.mjs'
import { INSTALL_RUNTIMES, programOf } from '../tools/runtimes.mjs'
import { threadStages } from './threads/stages.mjs'
import { pageStages } from './web/stages.mjs'

const MAIN = 'bench/threads/main.mjs'

/**
 * Where the stages of each runtime are: `open(folder)`, the folder being that of a consumer, answers what sets them, or
 * `undefined` where the runtime is not installed; and how to install it.
 */
export const RUNTIMES = {
  node: { open: (folder) => threadStages('node', [process.execPath, '--expose-gc', MAIN], folder) },
  deno: { open: (folder) => openThreads('deno', ['run', '--allow-all', MAIN], folder), install: INSTALL_RUNTIMES },
  bun: { open: (folder) => openThreads('bun', [MAIN], folder), install: INSTALL_RUNTIMES },
  chromium: { open: openPages, install: INSTALL_CHROMIUM },
}

function openThreads(runtime, args, folder) {
  const program = programOf(runtime)
  return program && threadStages(runtime, [program, ...args], folder)
}

async function openPages(folder) {
  const launch = await findChromium()
  return launch && pageStages(launch, folder)
}
