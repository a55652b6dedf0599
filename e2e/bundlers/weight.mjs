import { strict as assert } from 'node:assert'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import { rollup } from 'rollup'
import { build } from 'vite'
import { root } from '../../tools/root.mjs'
import { makeFolder } from './app.mjs'

const ALONE = "console.log('alone')\n"
const UNUSED = `import { Client, DaskExecutionBackend, WorkflowEngine } from 'daskflow'\n${ALONE}`
const LOCAL = "import { DaskExecutionBackend } from 'daskflow'\nglobalThis.backend = new DaskExecutionBackend()\n"
const WORKFLOW = "import { WorkflowEngine } from 'daskflow'\nglobalThis.engine = WorkflowEngine\n"

// Each answers the code of what a page loads at once: an entry and its chunks, not what is imported later.
const BUNDLERS = {
  Rollup: async (file) => loadedAtOnce((await generate(file)).output),
  esbuild: async (file) => {
    const { build } = await import('esbuild')
    const { outputFiles } = await build({ entryPoints: [file], bundle: true, minify: true, format: 'esm', write: false })
    return outputFiles[0].text
  },
  webpack: async (file) => {
    const { default: webpack } = await import('webpack')
    const path = `${file}.webpack`
    const compiler = webpack({ mode: 'production', entry: file, output: { path } })
    await new Promise((resolve, reject) => compiler.run((error) => (error ? reject(error) : resolve())))
    await new Promise((resolve) => compiler.close(resolve))
    return readFileSync(join(path, 'main.js'), 'utf8')
  },
  Vite: async (file) => {
    const { output } = await build({
      root: join(file, '..'),
      configFile: false,
      logLevel: 'error',
      build: { write: false, modulePreload: { polyfill: false }, rollupOptions: { input: file } },
    })
    return loadedAtOnce(output)
  },
}

export const WEIGHED = Object.keys(BUNDLERS)

export async function seeUnused(consumer, bundler) {
  const app = makeFolder(consumer, `unused-${bundler}`, { 'alone.js': ALONE, 'unused.js': UNUSED })
  const sizeOf = async (file) => (await BUNDLERS[bundler](join(app, file))).length
  assert.equal(await sizeOf('unused.js'), await sizeOf('alone.js'))
}

/** By their texts, since the package has one file for all that is local. */
export async function seeLocalUse(consumer) {
  const app = makeFolder(consumer, 'local', { 'local.js': LOCAL, 'workflow.js': WORKFLOW })
  const texts = textsOf('dask', 'workflow')
  const found = async (file) => {
    const code = await BUNDLERS.Rollup(join(app, file))
    return texts.filter((text) => code.includes(text))
  }
  assert.deepEqual(await found('local.js'), [])
  // They can be found, where they are.
  assert.ok((await found('workflow.js')).length > 10)
}

/** The texts of several words that rooms of the source have, and no other has. */
function textsOf(...rooms) {
  const src = resolve(root, 'src')
  const files = readdirSync(src, { recursive: true }).filter((file) => file.endsWith('.ts'))
  const isOfRooms = (file) => rooms.includes(file.split(/[\\/]/)[0])
  const read = (file) => readFileSync(join(src, file), 'utf8')
  const others = files
    .filter((file) => !isOfRooms(file) && !file.startsWith('runtime-'))
    .map(read)
    .join('\n')
  const texts = files
    .filter(isOfRooms)
    .flatMap((file) => [...read(file).matchAll(/['`]([^'`$\\\n]{12,})['`$]/g)].map(([, text]) => text))
  return [...new Set(texts)].filter((text) => text.includes(' ') && !others.includes(text))
}

async function generate(file) {
  const made = await rollup({ input: file, plugins: [nodeResolve({ browser: true })] })
  return made.generate({ format: 'es' })
}

function loadedAtOnce(output) {
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]))
  const loaded = new Set()
  const load = (name) => {
    const chunk = chunks.get(name)
    if (chunk === undefined || loaded.has(chunk)) return
    loaded.add(chunk)
    chunk.imports.forEach(load)
  }
  load(output.find(({ isEntry }) => isEntry).fileName)
  return [...loaded].map(({ code }) => code).join('\n')
}
