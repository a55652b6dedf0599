import { parseArgs } from 'node:util'
import { CATALOG } from './catalog.mjs'

/**
 * Reads the arguments: `--check`, and what to measure, each a runtime (`node`) or a workload of one (`node:no-op`); all,
 * when there are none.
 *
 * @throws {Error} when there is no such thing
 */
export function parseSelection(args) {
  const { values, positionals } = parseArgs({ args, options: { check: { type: 'boolean' } }, allowPositionals: true })
  const named = positionals.length > 0 ? positionals : Object.keys(CATALOG)
  return { check: values.check ?? false, parts: named.flatMap(partsOf) }
}

function partsOf(name) {
  const [runtime, workload] = name.split(':')
  const all = CATALOG[runtime]
  if (all === undefined) throw new Error(`There is no runtime '${runtime}': they are ${Object.keys(CATALOG).join(', ')}.`)
  if (workload === undefined) return all.map((each) => ({ runtime, workload: each }))
  if (all.includes(workload)) return [{ runtime, workload }]
  throw new Error(`There is no workload '${workload}' for ${runtime}: they are ${all.join(', ')}.`)
}
