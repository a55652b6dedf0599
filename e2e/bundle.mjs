import { basename, dirname } from 'node:path'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import { rollup } from 'rollup'

/**
 * Bundles a module for a page, or for a worker, which import maps do not reach; or for who has other export conditions.
 *
 * @param whole whether what is imported at run time is in it, too
 */
export async function bundle(input, file, exportConditions = ['browser', 'module', 'import'], { whole = false } = {}) {
  const made = await rollup({
    input,
    // Of CommonJS, for which rollup needs one plugin more; it is loaded for ws:// addresses alone.
    external: [/^node:/, 'ws'],
    plugins: [nodeResolve({ browser: exportConditions.includes('browser'), exportConditions })],
  })
  await made.write({ dir: dirname(file), entryFileNames: basename(file), format: 'es', inlineDynamicImports: whole })
}
