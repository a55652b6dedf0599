import { strict as assert } from 'node:assert'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from '../../tools/root.mjs'
import { folderOf } from './packages.mjs'

const { name, scripts } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'))
const CLI_MS = 30_000

/** What a line of a shell may begin with, and what makes the rest of it right. */
const COMMANDS = {
  'npm install': (args) => args.filter((arg) => !arg.startsWith('-')).forEach(isKnownPackage),
  'npm run': ([script]) => assert.ok(script in scripts, `package.json has no script '${script}'`),
  'npm start': () => assert.ok('start' in scripts),
  'npm test': () => assert.ok('test' in scripts),
  'deno add': ([spec]) => assert.equal(spec, `npm:${name}`),
  'bun add': ([spec]) => isKnownPackage(spec),
  'deno run': (args, samples) => isShown(samples, args),
  'deno compile': (args, samples) => isShown(samples, args),
  bun: (args, samples) => isShown(samples, args),
  node: (args, samples) => isShown(samples, args),
  'npx daskflow': (args, _samples, folder) => accepts(folder, args),
  npx: ([program]) => isKnownPackage(program),
  // Dask's own, which e2e/dask starts with such options.
  'dask-scheduler': () => {},
}

/**
 * Throws for a line of a shell that nobody could type: a script that there is not, an option that `daskflow` does not take, a
 * file that no page shows.
 *
 * @param samples those of all pages
 * @param folder where the package is installed
 */
export async function checkCommand(line, samples, folder) {
  const words = line
    .replace(/\s+# .*$/, '')
    .trim()
    .split(/\s+/)
    .filter((word) => !/^\w+=/.test(word))
  const known = Object.keys(COMMANDS).find((start) => `${words.join(' ')} `.startsWith(`${start} `))
  assert.ok(known, `Nothing is known of the command '${line}': say in commands.mjs what makes it right`)
  await COMMANDS[known](words.slice(known.split(' ').length), samples, folder)
}

function isKnownPackage(spec) {
  assert.ok(spec === name || folderOf(spec), `No package.json of this repository pins '${spec}'`)
}

function isShown(samples, args) {
  const file = args.find((arg) => /^[^-].*\.\w+$/.test(arg))
  const isThere = file !== undefined && (samples.some((sample) => sample.file === file) || existsSync(resolve(root, file)))
  assert.ok(isThere, `No page shows the file of '${args.join(' ')}'`)
}

/** Starts the program of the package: it reads its options before it looks for a scheduler, of which there is none. */
async function accepts(folder, args) {
  const nobody = args.map((arg) => arg.replace(/^(tcp|tls):.*/, '$1://127.0.0.1:1'))
  const listen = args[0] === 'gateway' && !args.includes('--listen') ? ['--listen', '127.0.0.1:0'] : []
  const child = spawn(process.execPath, [join(folder, 'node_modules/daskflow/dist/node/cli.js'), ...nobody, ...listen])
  const timer = setTimeout(() => child.kill('SIGKILL'), CLI_MS)
  let errors = ''
  child.stderr.on('data', (data) => {
    errors += data
  })
  // One that says something has begun.
  child.stdout.once('data', () => child.kill())
  const code = await new Promise((ended) => child.once('close', ended))
  clearTimeout(timer)
  assert.notEqual(code, 2, errors)
}
