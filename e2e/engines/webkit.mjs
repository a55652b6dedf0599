import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { hasWebKit, INSTALL_WEBKIT, installWebKit, WEBKIT_DRIVER, XVFB } from '../../tools/webkit.mjs'
import { makeScratch } from '../scratch.mjs'
import { WebDriver } from './web-driver.mjs'

const START_MS = 30_000

/** What starts it; or a text: how to get what is missing. */
export async function findWebKit(evaluateMs) {
  await installWebKit()
  if (!hasWebKit()) return INSTALL_WEBKIT
  return async () => {
    const programs = new Programs()
    try {
      const display = await programs.startDisplay()
      const page = await WebDriver.create(await programs.startDriver(display), evaluateMs)
      const browser = {
        async close() {
          await page.close()
          programs.end()
        },
      }
      return { browser, page }
    } catch (error) {
      programs.end()
      throw error
    }
  }
}

/** What WebKit needs to run beside it. They end with this program. */
class Programs {
  #running = []

  constructor() {
    process.once('exit', () => this.end())
  }

  end() {
    for (const program of this.#running.splice(0)) program.kill()
  }

  #start(command, args, options) {
    const program = spawn(command, args, options)
    this.#running.push(program)
    return program
  }

  /** On the first free number, which it writes when it is ready. */
  async startDisplay() {
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe']
    const program = this.#start(XVFB, ['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'], { stdio })
    const [number] = await Promise.race([once(program.stdio[3], 'data'), endOf(program)])
    return `:${String(number).trim()}`
  }

  async startDriver(DISPLAY) {
    const port = await freePort()
    const env = {
      ...process.env,
      DISPLAY,
      HOME: makeScratch('webkit'),
      // A container seldom allows what its sandbox needs; nothing but our own pages is opened.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    }
    const program = this.#start(WEBKIT_DRIVER, ['--host=127.0.0.1', `--port=${port}`], { env, stdio: 'ignore' })
    const url = `http://127.0.0.1:${port}`
    await Promise.race([answering(url), endOf(program)])
    return url
  }
}

async function endOf(program) {
  const [code, signal] = await once(program, 'exit')
  throw new Error(`${program.spawnfile} ended (${code ?? signal})`)
}

// It does not say when it listens.
async function answering(url) {
  for (const until = Date.now() + START_MS; ; await delay(50)) {
    const answers = await fetch(`${url}/status`).then(
      () => true,
      () => false,
    )
    if (answers) return
    if (Date.now() > until) throw new Error(`${WEBKIT_DRIVER} does not answer at ${url}`)
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
