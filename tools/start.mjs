import { handOver } from './program.mjs'
import { setUp } from './setup.mjs'

// npm starts this in the root of the repository, but a folder is meant as seen from where the command was typed.
const [program, ...args] = process.argv.slice(2)
const cwd = process.env.INIT_CWD ?? process.cwd()
if (await setUp()) await handOver(program, args, { cwd })
