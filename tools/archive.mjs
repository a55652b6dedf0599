import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runNpm } from './npm.mjs'
import { root } from './root.mjs'

const FOLDER = 'build/package'
const { name, version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'))

/** The archive that users would install, relative to the root of the repository. */
export const archive = join(FOLDER, `${name}-${version}.tgz`)

/** Makes the archive, where git and npm both overlook it. */
export function makeArchive() {
  rmSync(resolve(root, FOLDER), { recursive: true, force: true })
  mkdirSync(resolve(root, FOLDER), { recursive: true })
  return runNpm(['pack', '--offline', '--ignore-scripts', '--pack-destination', FOLDER])
}
