import { nodeResolve } from '@rollup/plugin-node-resolve'
import { rollup } from 'rollup'

/** Bundles a module for a page, or for a worker, which import maps do not reach; or for who has other export conditions. */
export async function bundle(input, file, exportConditions = ['browser', 'module', 'import']) {
  const made = await rollup({ input, plugins: [nodeResolve({ browser: true, exportConditions })] })
  await made.write({ file, format: 'es', inlineDynamicImports: true })
}
