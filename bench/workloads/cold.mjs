import { execFile } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { COLD } from '../cold/contenders.mjs'
import { sampled, tableOf } from '../measurement.mjs'

const CHILDREN = 17
const CHILD_MS = 20_000
const child = fileURLToPath(new URL('../cold/main.mjs', import.meta.url))

/** Each of them is started by the process that it is alone in, and by nobody before. */
export const contendersOn = () => COLD.map(({ name, role }) => ({ name, role, start: () => ({}) }))

/** A process that has nothing yet: how long it takes to import, to create, and to have the first result. */
export function measurementsOf() {
  return [
    tableOf({
      rounds: CHILDREN,
      sampler: sampled(async ({ name }) => {
        const { stdout } = await promisify(execFile)(process.execPath, [child, name], { timeout: CHILD_MS })
        return Number(stdout)
      }),
      title: 'import, create, first result, each in a process of its own',
      unit: 'ms',
      better: 'lower',
    }),
  ]
}
