import { createServer } from 'node:net'
import { join } from 'node:path'
import { Program } from './program.mjs'

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A scheduler of Dask's own on this machine, and workers of the packed package. */
export class Cluster {
  /** @param scheduler the path of `dask-scheduler` */
  static async start(scheduler, consumer) {
    const cluster = new Cluster(consumer)
    const port = await freePort()
    cluster.address = `tcp://127.0.0.1:${port}`
    const args = ['--host', '127.0.0.1', '--port', String(port), '--no-dashboard']
    cluster.scheduler = new Program('dask-scheduler', scheduler, args)
    await cluster.scheduler.said(/Scheduler at/)
    return cluster
  }

  #consumer
  #programs = []

  constructor(consumer) {
    this.#consumer = consumer
  }

  /** A worker with so many threads, by the command of the package. */
  async worker(name, nthreads = 1, args = []) {
    const cli = join(this.#consumer.folder, 'node_modules/daskflow/dist/node/cli.js')
    const given = [cli, 'worker', this.address, '--name', name, '--nthreads', String(nthreads), ...args]
    const program = new Program(`worker ${name}`, process.execPath, given, { cwd: this.#consumer.folder })
    this.#programs.push(program)
    await program.said(/^Worker '/m)
    return program
  }

  /** A worker of Python's. */
  async pythonWorker(scheduler) {
    const args = [this.address, '--nthreads', '1', '--nworkers', '1', '--no-nanny', '--no-dashboard', '--host', '127.0.0.1']
    const program = new Program('dask-worker', scheduler.replace(/scheduler$/, 'worker'), args, { cwd: this.#consumer.folder })
    this.#programs.push(program)
    await program.said(/Registered to/)
    return program
  }

  async end() {
    await Promise.all(this.#programs.map((program) => program.end('SIGKILL')))
    await this.scheduler.end('SIGKILL')
  }
}
