import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { run, runNode } from './program.mjs'

/** Runs npm: the one that runs this program, else the one that came with this Node, else the one on the path. */
export function runNpm(args, options = {}) {
  const here = dirname(process.execPath)
  const candidates = [
    process.env.npm_execpath ?? '',
    resolve(here, '../lib/node_modules/npm/bin/npm-cli.js'),
    resolve(here, 'node_modules/npm/bin/npm-cli.js'),
  ]
  // By name, since `npm_execpath` is npx's own file under npx, and another package manager's under that.
  const cli = candidates.find((path) => basename(path) === 'npm-cli.js' && existsSync(path))
  if (cli) return runNode(cli, args, options)
  // Windows has npm as a batch file only, which Node refuses to start without a shell.
  return process.platform === 'win32' ? run('npm.cmd', args, { ...options, shell: true }) : run('npm', args, options)
}
