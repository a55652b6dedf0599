import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { runNode } from './program.mjs'
import { root } from './root.mjs'
import { buildStamp } from './stamp.mjs'

/** Builds dist from nothing: tsc makes build/src and the types, rollup makes the bundles. */
async function build() {
  const stamp = buildStamp()
  for (const folder of ['build', 'dist']) rmSync(resolve(root, folder), { recursive: true, force: true })
  await step('tsc', 'node_modules/typescript/bin/tsc', ['-b'])
  copyGlobals()
  await step('rollup', 'node_modules/rollup/dist/bin/rollup', ['--config', 'rollup.config.mjs', '--silent'])
  writeLicenses()
  stamp.write()
}

async function step(name, file, args) {
  const { code, output } = await runNode(file, args)
  if (code !== 0) throw new Error(`${output}The build failed: ${name} ended with exit code ${code}.`)
}

/** tsc takes a .d.ts file for somebody else's output and emits no copy, though the emitted types refer to it. */
function copyGlobals() {
  const source = resolve(root, 'src/globals.d.ts')
  if (existsSync(source)) copyFileSync(source, resolve(root, 'dist/types/globals.d.ts'))
}

/** What is bundled brings its licence along. */
function writeLicenses() {
  const texts = ['comlink', 'nanoid'].map((name) => {
    const { version } = JSON.parse(readFileSync(resolve(root, `node_modules/${name}/package.json`), 'utf8'))
    return `${name} ${version}\n\n${readFileSync(resolve(root, `node_modules/${name}/LICENSE`), 'utf8').trim()}\n`
  })
  writeFileSync(resolve(root, 'dist/THIRD-PARTY.txt'), `Parts of these are in the bundles.\n\n${texts.join('\n\n')}`)
}

const start = performance.now()
try {
  await build()
  console.log(`Built dist in ${((performance.now() - start) / 1000).toFixed(1)} s.`)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
