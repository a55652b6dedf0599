import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { root } from '../../tools/root.mjs'

const FOLDERS = ['.', 'bench', 'e2e', ...readdirSync(resolve(root, 'e2e')).map((name) => `e2e/${name}`)]

/** The folder of the repository that pins a package, best one where it is installed; `undefined` when none does. */
export function folderOf(name) {
  const folders = FOLDERS.filter((folder) => pinned(folder).includes(name))
  return folders.find((folder) => existsSync(installed(name, folder))) ?? folders[0]
}

/** What of `names` is pinned somewhere, and not installed there. */
export function missingPackages(names) {
  return names.filter((name) => {
    const folder = folderOf(name)
    return folder !== undefined && !existsSync(installed(name, folder))
  })
}

/** Lets samples in `folder` import what this repository has installed for its own tests, and the types of that. */
export function linkPackages(folder, names) {
  for (const name of names) {
    const from = builtinModules.includes(name) ? undefined : folderOf(name)
    if (from === undefined) continue
    for (const each of [name, `@types/${name}`]) link(installed(each, from), join(folder, 'node_modules', each))
  }
}

function installed(name, folder) {
  return resolve(root, folder, 'node_modules', name)
}

function link(from, to) {
  if (!existsSync(from) || existsSync(to)) return
  mkdirSync(dirname(to), { recursive: true })
  symlinkSync(from, to, 'junction')
}

function pinned(folder) {
  const file = resolve(root, folder, 'package.json')
  if (!existsSync(file)) return []
  const { dependencies, devDependencies } = JSON.parse(readFileSync(file, 'utf8'))
  return Object.keys({ ...dependencies, ...devDependencies })
}
