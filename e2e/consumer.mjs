import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { archive, makeArchive } from '../tools/archive.mjs'
import { runNpm } from '../tools/npm.mjs'
import { run } from '../tools/program.mjs'
import { root } from '../tools/root.mjs'
import { makeScratch, removeScratch } from './scratch.mjs'

/** An empty folder into which the packed package was installed: what its users have, and nothing else. */
export class Consumer {
  /** @param parent where the folder is to be, when it matters what is installed above it */
  static async create(parent) {
    if (!existsSync(resolve(root, archive))) await makeArchive()
    const consumer = new Consumer(parent)
    consumer.write('package.json', '{ "private": true, "type": "module" }')
    const args = ['install', '--prefix', consumer.folder, '--prefer-offline', '--no-audit', '--no-fund', resolve(root, archive)]
    const { code, output } = await runNpm(args)
    if (code !== 0) throw new Error(`The package could not be installed.\n${output}`)
    cpSync(resolve(root, 'test/fixtures'), join(consumer.folder, 'fixtures'), { recursive: true })
    return consumer
  }

  folder

  constructor(parent) {
    this.folder = makeScratch('consumer', parent)
  }

  write(file, text) {
    writeFileSync(join(this.folder, file), text)
  }

  edit(file, change) {
    this.write(file, change(readFileSync(join(this.folder, file), 'utf8')))
  }

  /** Makes a package of one file. */
  writeModule(name, text) {
    const folder = join(this.folder, 'node_modules', name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, type: 'module', exports: './index.js' }))
    writeFileSync(join(folder, 'index.js'), text)
  }

  /** Runs a program in the folder; throws what it printed when it fails. Answers what it printed. */
  async run(command, args, { timeoutMs = 60_000 } = {}) {
    const { code, output } = await run(command, args, { cwd: this.folder, timeoutMs })
    if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with exit code ${code}\n${output}`)
    return output
  }

  /** The files of the installed package. */
  packageFiles() {
    return readdirSync(join(this.folder, 'node_modules/daskflow'), { recursive: true })
  }

  remove() {
    removeScratch(this.folder)
  }
}
