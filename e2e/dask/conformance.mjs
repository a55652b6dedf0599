import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../../tools/root.mjs'

/** The cases of every backend's contract, on a cluster. Answers what they printed. */
export const runConformance = (stage) => stage.on([2], (cluster) => stage.script(cluster, 'conformance.mjs', CASES).succeeded())()

const CASES = `import * as daskflow from 'daskflow'
import { nodeLimits, runConformance, subjectOf } from '${pathToFileURL(resolve(root, 'e2e/conformance.mjs'))}'
class Backend extends daskflow.DaskExecutionBackend {
  constructor(_, options) {
    super({ address: process.argv[2] }, options)
  }
}
const fixtures = new URL('./fixtures/', import.meta.url)
await runConformance({ ...subjectOf(daskflow, { limits: nodeLimits(process.version), fixtures, Backend }), kind: 'base' })`
