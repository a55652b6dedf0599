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
  static async start(dask, consumer) {
    const cluster = new Cluster(dask, consumer)
    const port = await freePort()
    cluster.address = `tcp://127.0.0.1:${port}`
    cluster.scheduler = cluster.dask('dask-scheduler', ['--host', '127.0.0.1', '--port', String(port), '--no-dashboard'])
    await cluster.scheduler.said(/Scheduler at/)
    return cluster
  }

  #dask
  #consumer
  #programs = []

  constructor(dask, consumer) {
    this.#dask = dask
    this.#consumer = consumer
  }

  /** A program of Dask's, or of its Python. */
  dask(name, args) {
    return this.#start(name, ...this.#dask.command(name, args))
  }

  /** The command of the package. */
  daskflow(name, args) {
    const cli = join(this.#consumer.folder, 'node_modules/daskflow/dist/node/cli.js')
    return this.#start(name, process.execPath, [cli, ...args])
  }

  /** A script of a user's, which gets the address of the scheduler. */
  script(file, command = process.execPath, flags = []) {
    return this.#start(file, command, [...flags, file, this.address])
  }

  /** A worker with so many threads. */
  async worker(name, nthreads = 1, args = []) {
    const given = ['worker', this.address, '--name', name, '--nthreads', String(nthreads), ...args]
    const program = this.daskflow(`worker ${name}`, given)
    await program.said(/^Worker '/m)
    return program
  }

  /** A worker of Python's. */
  async pythonWorker() {
    const args = [this.address, '--nthreads', '1', '--nworkers', '1', '--no-nanny', '--no-dashboard', '--host', '127.0.0.1']
    const program = this.dask('dask-worker', args)
    await program.said(/Registered to/)
    return program
  }

  async end() {
    await Promise.all(this.#programs.map((program) => program.end('SIGKILL')))
  }

  #start(name, command, args) {
    const program = new Program(name, command, args, { cwd: this.#consumer.folder })
    this.#programs.push(program)
    return program
  }
}
