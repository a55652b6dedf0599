import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { handOver } from './program.mjs'
import { root } from './root.mjs'
import { setUp } from './setup.mjs'
import { transpile } from './transpile.mjs'

// Runs one of examples/workflows, whose name begins as is said, in a Node that need not know TypeScript.
const EXAMPLES = 'examples/workflows'
const BUILT = join('build', EXAMPLES)

const [start] = process.argv.slice(2)
const files = readdirSync(resolve(root, EXAMPLES)).filter((file) => file.endsWith('.ts'))
const file = files.find((name) => start && name.startsWith(start))
if (file === undefined) {
  console.error(`npm run start:workflows -- <${files.map((name) => name.slice(0, -'.ts'.length)).join(' | ')}>`)
  process.exitCode = 2
} else if (await setUp()) {
  const built = join(BUILT, file.replace(/ts$/, 'mjs'))
  mkdirSync(resolve(root, BUILT), { recursive: true })
  writeFileSync(resolve(root, built), await transpile(readFileSync(resolve(root, EXAMPLES, file), 'utf8')))
  await handOver(built, [])
}
