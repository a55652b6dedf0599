import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'

// tsc has compiled `src` to `build/src`, and the types to `dist/types`. No source maps: what is built reads like what was
// written, and the maps would be more than half of the package.
const isBuiltin = /^node:/

/** Puts the text of a worker that was built where the library asks for it: a bundler of an application finds no file of ours. */
function inlineWorker(file) {
  return {
    name: 'inline-worker',
    resolveId: (id) => (id.endsWith('/worker-source.js') ? 'worker-source.js' : null),
    load(id) {
      if (id !== 'worker-source.js') return null
      const source = readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8')
      return `export const workerSource = ${JSON.stringify(source)}`
    },
  }
}

const MINIFY = terser({ compress: { passes: 2 }, module: true })

/** The library: bundled whole, so that a page, a worker or a service worker can import the file as it is. */
function library(name, input, plugins) {
  return {
    input: { [name]: `build/src/${input}` },
    external: [isBuiltin, './dask.js'],
    makeAbsoluteExternalsRelative: false,
    plugins,
    output: { dir: 'dist', format: 'es', chunkFileNames: `${dirname(name)}/[name].js` },
  }
}

/** The inside of a worker: bundled whole, since import maps do not reach workers. */
function workerEntry(name, input, output = {}) {
  return {
    input: { [name]: `build/src/${input}` },
    external: [isBuiltin],
    plugins: [nodeResolve({ browser: name.startsWith('web/') })],
    output: { dir: 'dist', format: 'es', ...output },
  }
}

/** What an entry loads when it is used: whole, but for the errors, which are the entry's. */
function loadedLater(name, input) {
  return {
    input: { [name]: `build/src/${input}` },
    external: [isBuiltin, './index.js', 'ws'],
    makeAbsoluteExternalsRelative: false,
    plugins: [errorsOf('./index.js'), nodeResolve()],
    output: { dir: 'dist', format: 'es' },
  }
}

// Its own classes would be others than those of the entry, and `instanceof` would not hold.
function errorsOf(entry) {
  return {
    name: 'errors',
    resolveId: (source) => (source.endsWith('core/errors.js') || source === './errors.js' ? { id: entry, external: true } : null),
  }
}

/** A part of what the entry beside it exports. */
function part(name, input) {
  return {
    input: { [name]: `build/src/${input}` },
    external: [isBuiltin, './index.js', './dask.js', './gateway.js'],
    makeAbsoluteExternalsRelative: false,
    output: { dir: 'dist', format: 'es' },
  }
}

export default [
  // CommonJS: a thread of Node is ready a good deal earlier when it needs no module loader.
  workerEntry('node/worker', 'runtime-node/worker.js', { format: 'cjs', entryFileNames: '[name].cjs' }),
  // The same as text, for a data: URL: the shorter, the sooner the main entry is read.
  workerEntry('node/worker', 'runtime-node/worker.js', { dir: 'build/text', plugins: [MINIFY] }),
  // Minified: of what the import takes Node, to read and to parse it is the most.
  library('node/index', 'runtime-node/index.js', [nodeResolve(), inlineWorker('build/text/node/worker.js'), MINIFY]),
  ...['node', 'web', 'inline'].map((runtime) => loadedLater(`${runtime}/dask`, `runtime-${runtime}/dask.js`)),
  loadedLater('node/gateway', 'runtime-node/gateway.js'),
  part('node/cli', 'runtime-node/cli.js'),
  part('node/dask-api', 'runtime-node/dask-api.js'),
  workerEntry('node/worker-api', 'runtime-node/worker-api.js'),
  // No bundler minifies it: to one it is text, to another a file that is served as it is.
  workerEntry('web/worker', 'runtime-web/worker.js', { plugins: [MINIFY] }),
  library('web/index', 'runtime-web/index.js', [nodeResolve({ browser: true }), inlineWorker('dist/web/worker.js')]),
  workerEntry('web/worker-api', 'runtime-web/worker-api.js'),
  library('inline/index', 'runtime-inline/index.js', [nodeResolve({ browser: true })]),
  workerEntry('inline/worker-api', 'runtime-inline/worker-api.js'),
  ...['node', 'web', 'inline'].map((runtime) => part(`${runtime}/workflow`, `runtime-${runtime}/workflow.js`)),
]
