import { createServer } from 'node:net'
import { join } from 'node:path'
import { Program } from './program.mjs'

export async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A scheduler of Dask's own on this machine, and workers of the packed package. */
export class Cluster {
  /** @param certificates the paths of `ca`, `cert` and `key`, where it is to speak TLS */
  static async start(dask, consumer, { certificates } = {}) {
    const cluster = new Cluster(dask, consumer, certificates)
    const [tcp, ws] = [await freePort(), await freePort()]
    const protocols = certificates ? ['tls', 'wss'] : ['tcp', 'ws']
    cluster.address = `${protocols[0]}://127.0.0.1:${tcp}`
    cluster.wsAddress = `${protocols[1]}://127.0.0.1:${ws}`
    const listens = ['--protocol', protocols.join(), '--port', `${tcp},${ws}`, ...cluster.#tls]
    // A WebSocket of Dask's listens to the whole world, unless it shares the port of the dashboard.
    cluster.#listens = ['--host', '127.0.0.1', ...listens, '--dashboard-address', `127.0.0.1:${ws}`]
    await cluster.startScheduler()
    return cluster
  }

  #dask
  #consumer
  #tls
  #listens
  #programs = []

  constructor(dask, consumer, { ca, cert, key } = {}) {
    this.#dask = dask
    this.#tls = ca === undefined ? [] : ['--tls-ca-file', ca, '--tls-cert', cert, '--tls-key', key]
    this.#consumer = consumer
  }

  /** Also in place of one that has ended. */
  async startScheduler(args = []) {
    this.scheduler = this.dask('dask-scheduler', [...this.#listens, ...args])
    await this.scheduler.said(/Scheduler at: +wss?:/)
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

  /** A script of a user's, which gets the address of the scheduler, in a runtime: a program, and its flags. */
  script(file, [command, ...flags] = [process.execPath], address = this.address) {
    return this.#start(file, command, [...flags, file, address])
  }

  /** One that finds the address in the environment, and nowhere else. */
  scriptByVariable(file) {
    return this.#start(file, process.execPath, [file], { ...process.env, DASK_SCHEDULER_ADDRESS: this.address })
  }

  /** A worker with so many threads. */
  async worker(name, nthreads = 1, args = []) {
    const given = ['worker', this.address, '--name', name, '--nthreads', String(nthreads), ...this.#tls, ...args]
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

  /** A gateway. Answers its address. */
  async gateway(args) {
    const program = this.daskflow('gateway', ['gateway', this.address, '--listen', '127.0.0.1:0', ...this.#tls, ...args])
    const [, address] = await program.said(/ at (ws:\S+)/)
    return address
  }

  async end() {
    await Promise.all(this.#programs.map((program) => program.end('SIGKILL')))
  }

  #start(name, command, args, env = process.env) {
    const program = new Program(name, command, args, { cwd: this.#consumer.folder, env })
    this.#programs.push(program)
    return program
  }
}
