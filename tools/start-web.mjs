import { handOver } from './program.mjs'
import { setUp } from './setup.mjs'

if (await setUp()) await handOver('node_modules/vite/bin/vite.js', process.argv.slice(2))
