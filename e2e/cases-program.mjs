import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../tools/root.mjs'

const RUNNERS = { 'conformance.mjs': 'runConformance', 'faults.mjs': 'runFaults' }

/**
 * Writes a program that runs the conformance cases, or tries the faults, over the packed package.
 *
 * @param file which of the two
 * @param limits what the runtime cannot do, an expression: a name of test/conformance/limits.ts, or a call of its function
 * @param entry what is imported
 * @param atEnd what a runtime needs to end
 */
export function writeCases(consumer, file, { limits, entry = 'daskflow', atEnd = '' }) {
  consumer.write(
    file,
    `import * as daskflow from '${entry}'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import * as cases from '${pathToFileURL(resolve(root, 'e2e', file))}'
const fixtures = new URL('./fixtures/', import.meta.url)
const folder = fileURLToPath(new URL('./task-files-' + process.version, import.meta.url))
await cases.${RUNNERS[file]}(cases.subjectOf(daskflow, { limits: cases.${limits}, fixtures, folder }))
${atEnd}`,
  )
}

/** What Node cannot do depends on its version. */
export const NODE_LIMITS = 'nodeLimits(process.version)'
