import { handOver } from './program.mjs'
import { setUp } from './setup.mjs'

if (await setUp()) await handOver('bench/noop.mjs', process.argv.slice(2))
