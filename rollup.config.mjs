import { fileURLToPath } from 'node:url'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { rollup } from 'rollup'

// tsc has compiled `src` to `build/src`, and the types to `dist/types`. No source maps: what is built reads like what was
// written, and the maps would be more than half of the package.
const isBuiltin = /^node:/

/**
 * Puts the text of a bundled worker where the library asks for it: a bundler of an application finds no file of ours, and
 * does not minify what it takes for a string.
 */
function inlineWorker(input) {
  return {
    name: 'inline-worker',
    resolveId: (id) => (id.endsWith('/worker-source.js') ? id : null),
    async load(id) {
      if (!id.endsWith('/worker-source.js')) return null
      const bundle = await rollup({
        input: fileURLToPath(new URL(`build/src/${input}`, import.meta.url)),
        plugins: [nodeResolve({ browser: true })],
      })
      const { output } = await bundle.generate({ format: 'es', plugins: [terser({ compress: { passes: 2 }, module: true })] })
      return `export const workerSource = ${JSON.stringify(output[0].code)}`
    },
  }
}

/** The library: dependencies stay imports, so that an application has one copy of each. */
function library(name, input, plugins = []) {
  return {
    input: { [name]: `build/src/${input}` },
    external: [isBuiltin, 'comlink', 'nanoid'],
    plugins,
    output: { dir: 'dist', format: 'es' },
  }
}

/** The inside of a worker: bundled whole, since import maps do not reach workers. */
function workerEntry(name, input) {
  return {
    input: { [name]: `build/src/${input}` },
    external: [isBuiltin],
    plugins: [nodeResolve({ browser: name.startsWith('web/') })],
    output: { dir: 'dist', format: 'es' },
  }
}

export default [
  library('node/index', 'runtime-node/index.js'),
  workerEntry('node/worker', 'runtime-node/worker.js'),
  workerEntry('node/worker-api', 'runtime-node/worker-api.js'),
  library('web/index', 'runtime-web/index.js', [inlineWorker('runtime-web/worker.js')]),
  workerEntry('web/worker', 'runtime-web/worker.js'),
  workerEntry('web/worker-api', 'runtime-web/worker-api.js'),
  library('inline/index', 'runtime-inline/index.js'),
  workerEntry('inline/worker-api', 'runtime-inline/worker-api.js'),
]
