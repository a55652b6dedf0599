import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { runNpm } from './npm.mjs'
import { runNode } from './program.mjs'
import { isMain, root } from './root.mjs'
import { buildStamp, dependencyStamp } from './stamp.mjs'

// Nothing here may import a dependency: this is what installs them.

/**
 * Makes the repository ready to run: installs and builds what is missing or out of date, and says so on stderr.
 *
 * Resolves to whether all is ready; if not, it has said why and set the exit code.
 */
export async function setUp() {
  try {
    requireNode()
    await install()
    await build()
    return true
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
    return false
  }
}

function requireNode() {
  const { engines } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'))
  const [major, minor] = engines.node.match(/\d+/g).map(Number)
  const [hasMajor, hasMinor] = process.versions.node.split('.').map(Number)
  if (hasMajor > major || (hasMajor === major && hasMinor >= minor)) return
  throw new Error(`This is Node ${process.versions.node}; daskflow needs Node ${major}.${minor} or newer.`)
}

async function install() {
  const stamp = dependencyStamp()
  if (stamp.isCurrent()) return
  console.error('Installing dependencies ...')
  const { code, output } = await runNpm(['ci', '--include=dev', '--no-audit', '--no-fund'])
  if (code !== 0) throw new Error(`${output}Installing dependencies failed: "npm ci" ended with exit code ${code}.`)
  stamp.write()
}

async function build() {
  if (existsSync(resolve(root, 'dist')) && buildStamp().isCurrent()) return
  console.error('Building ...')
  const { code, output } = await runNode('tools/build.mjs')
  if (code !== 0) throw new Error(output.trimEnd())
}

if (isMain(import.meta.url)) await setUp()
