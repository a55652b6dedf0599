import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { findChromium } from '../e2e/browser.mjs'
import { INSTALL_CHROMIUM } from '../tools/chromium.mjs'
import { INSTALL_RUNTIMES, programOf } from '../tools/runtimes.mjs'

const THREADS = 'bench/threads/main.mjs'
const WEB = fileURLToPath(new URL('web/chromium.mjs', import.meta.url))

/**
 * What measures in each runtime, from the folder of a consumer: a program and its first arguments, `undefined` where that
 * is not installed; and how to install it.
 */
export const RUNTIMES = {
  node: { command: () => [process.execPath, '--expose-gc', THREADS] },
  deno: { command: () => commandOf('deno', ['run', '--allow-all', THREADS]), install: INSTALL_RUNTIMES },
  bun: { command: () => commandOf('bun', [THREADS]), install: INSTALL_RUNTIMES },
  chromium: { command: async () => (await findChromium()) && [process.execPath, WEB], install: INSTALL_CHROMIUM },
}

function commandOf(runtime, args) {
  const program = programOf(runtime)
  return program && [program, ...args]
}
