import { nodeResolve } from '@rollup/plugin-node-resolve'

// tsc has compiled `src` to `build/src`, and the types to `dist/types`. No source maps: what is built reads like what was
// written, and the maps would be more than half of the package.
const isBuiltin = /^node:/

/** The library: dependencies stay imports, so that an application has one copy of each. */
function library(name, input) {
  return {
    input: { [name]: `build/src/${input}` },
    external: [isBuiltin, 'comlink', 'nanoid'],
    output: { dir: 'dist', format: 'es' },
  }
}

/** The inside of a worker: bundled whole, since import maps do not reach workers. */
function workerEntry(name, input) {
  return {
    input: { [name]: `build/src/${input}` },
    external: [isBuiltin],
    plugins: [nodeResolve()],
    output: { dir: 'dist', format: 'es' },
  }
}

export default [
  library('node/index', 'runtime-node/index.js'),
  workerEntry('node/worker', 'runtime-node/worker.js'),
  workerEntry('node/worker-api', 'runtime-node/worker-api.js'),
  library('inline/index', 'runtime-inline/index.js'),
  workerEntry('inline/worker-api', 'runtime-inline/worker-api.js'),
]
