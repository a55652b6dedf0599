import { handOver } from './program.mjs'
import { setUp } from './setup.mjs'

if (await setUp()) await handOver('bench/dask/main.mjs', process.argv.slice(2))
