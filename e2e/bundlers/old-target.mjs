import { strict as assert } from 'node:assert'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { makeApp } from './app.mjs'

/** Builds for a target without async functions: some forms work there, and the errors of the others say why they do not. */
export async function seeOldTarget(consumer, pages) {
  const html = '<!doctype html>\n<script type="module" src="./old.js"></script>\n'
  const app = makeApp(consumer, 'old', { 'index.html': html })
  cpSync(new URL('./old.js', import.meta.url), join(app, 'old.js'))
  await build({ root: app, configFile: false, logLevel: 'error', build: { target: 'es2016' } })
  const text = await pages.textOfFolder(join(app, 'dist'), ['over'])
  assert.match(text, /^plain: 9$/m)
  assert.match(text, /^by name: 168,135$/m)
  assert.match(text, /^async: ReferenceError: .* shipped to a worker as source.* a name of your own worker/m)
  assert.match(text, /^backend: ERR_VALUE: .* only supports async functions\. .* is not async\..* ES2017/m)
}
