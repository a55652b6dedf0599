import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runNpm } from '../../tools/npm.mjs'
import { run } from '../../tools/program.mjs'
import { programOf } from '../../tools/runtimes.mjs'
import { makeScratch, removeScratch } from '../scratch.mjs'

/** Somebody with an empty folder, who does what the README says. */
export class Newcomer {
  folder = makeScratch('newcomer')
  #options

  /** @param registry the address of one that has the package */
  constructor(registry) {
    // Each runtime has its own idea of these; the caches are of this registry alone.
    const env = {
      ...process.env,
      npm_config_registry: registry,
      NPM_CONFIG_REGISTRY: registry,
      BUN_INSTALL_CACHE_DIR: join(this.folder, '.bun'),
      DENO_DIR: join(this.folder, '.deno'),
      NO_COLOR: '1',
    }
    this.#options = { cwd: this.folder, env, timeoutMs: 60_000 }
  }

  save(files) {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.folder, name), text)
  }

  /** Types a command; answers what it printed, and throws that when it fails. */
  async type(command) {
    const [name, ...args] = command.split(' ')
    const { code, output } = await this.#run(name, args)
    if (code !== 0) throw new Error(`'${command}' ended with exit code ${code}\n${output}`)
    return output
  }

  leave() {
    removeScratch(this.folder)
  }

  #run(name, args) {
    // Not what another project's cache says of this version.
    if (name === 'npm') return runNpm([...args, '--cache', join(this.folder, '.npm')], this.#options)
    return run(name === 'node' ? process.execPath : programOf(name), args, this.#options)
  }
}
