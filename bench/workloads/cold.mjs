import { execFile } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { COLD } from '../cold/contenders.mjs'
import { takeTurns } from '../turns.mjs'

const CHILDREN = 17
const CHILD_MS = 20_000
const child = fileURLToPath(new URL('../cold/main.mjs', import.meta.url))

/** A process that has nothing yet: how long it takes to import, to create, and to have the first result. */
export async function measure() {
  const rows = await takeTurns(COLD, CHILDREN, async ({ name }) => {
    const { stdout } = await promisify(execFile)(process.execPath, [child, name], { timeout: CHILD_MS })
    return Number(stdout)
  })
  return [{ title: 'import, create, first result, each in a process of its own', unit: 'ms', better: 'lower', rows }]
}
