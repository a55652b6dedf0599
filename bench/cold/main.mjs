// Prints how many milliseconds a contender takes to be there and have run a task. The argument is its name.
import process from 'node:process'
import { WORKERS } from '../workers.mjs'
import { COLD } from './contenders.mjs'

const [, , name] = process.argv
const { start } = COLD.find((contender) => contender.name === name)
const startedAt = performance.now()
const pool = await start({ workers: WORKERS, started: 1 })
const value = await pool.runOne(1)
const ms = performance.now() - startedAt
if (value !== 1) throw new Error(`The task answered ${value}`)
process.stdout.write(`${ms}\n`, () => process.exit(0))
