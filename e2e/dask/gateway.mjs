import { strict as assert } from 'node:assert'
import { on, once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { decode, encode } from '@msgpack/msgpack'
import { createServer } from 'vite'
import { Section } from '../section.mjs'
import { freePort } from './cluster.mjs'

const ORIGIN = 'https://app.example'
const TOKEN = 'c0ffee-c0ffee-c0ffee-c0ffee'
const PROTOCOLS = ['daskflow', `bearer.${Buffer.from(TOKEN).toString('base64url')}`]

/** How pages reach a cluster: by the gateway, and by the proxy of a development server. */
export const gatewayTests = (stage) => ({
  'a gateway leads pages that are allowed to the cluster, and nobody else': stage.on([], async (cluster) => {
    stage.consumer.write('token', `${TOKEN}\n`)
    const args = [cluster.address, '--listen', '127.0.0.1:0', '--allow-origin', ORIGIN, '--token-file', 'token']
    const gateway = cluster.daskflow('gateway', ['gateway', ...args])
    const [, url] = await gateway.said(/^Gateway to tcp:\S+ at (ws:\S+)$/m)
    const page = (origin, protocols) => open(stage, url, origin, protocols)
    await assert.rejects(page('https://evil.example', PROTOCOLS), /403/)
    await assert.rejects(page(ORIGIN, ['daskflow']), /401/)
    await assert.rejects(page(undefined, ['daskflow']), /401/)
    const allowed = await page(ORIGIN, PROTOCOLS)
    assert.equal(allowed.socket.protocol, 'daskflow')
    assert.equal((await identityBy(allowed)).address, cluster.address)
    await cluster.worker('behind')
    await stage.run(
      cluster,
      'behind.mjs',
      `import { Client } from 'daskflow'
       const client = await Client.create({ address: '${url}', security: { token: '${TOKEN}' } })
       assert.equal(await client.submit((data) => data.length, [new Uint8Array(3_000_000)]), 3_000_000)
       await client.close()
       const refused = await Client.create({ address: '${url}', timeout: 2_000 }).catch((error) => error)
       assert.match(refused.message, /401/)`,
    )
    const closed = once(allowed.socket, 'close')
    const [code] = await gateway.end('SIGTERM')
    assert.equal(code, 0, gateway.output)
    assert.equal((await closed)[0], 1001)
  }),
  'a gateway that others can reach needs a token': stage.on([], async (cluster) => {
    const gateway = cluster.daskflow('gateway', ['gateway', cluster.address, '--listen', '0.0.0.0:0', '--allow-origin', ORIGIN])
    const [code] = await gateway.ended
    assert.equal(code, 1)
    assert.match(gateway.output, /needs a token/)
  }),
  'the proxy of Vite leads its own page to the scheduler, as the guide says': stage.on([], async (cluster) => {
    const port = await freePort()
    const origin = `http://localhost:${port}`
    const recipe = new Section('In development, without a gateway', 'docs/guide/cluster.md').files['vite.config.js']
    stage.consumer.write('vite.config.js', recipe.replace('ws://127.0.0.1:8787', cluster.wsAddress).replace('5173', port))
    const configFile = join(stage.consumer.folder, 'vite.config.js')
    const inline = { configFile, root: stage.consumer.folder, server: { port, strictPort: true }, logLevel: 'error' }
    const vite = await (await createServer(inline)).listen()
    try {
      const page = (origin) => open(stage, `ws://localhost:${port}/dask`, origin)
      const own = await page(origin)
      assert.equal((await identityBy(own)).address, cluster.address)
      own.socket.terminate()
      await assert.rejects(page('https://evil.example'), /404/)
      await assert.rejects(page(undefined), /404/)
      // The scheduler itself lets in those only whose origin is the host that they ask for.
      await assert.rejects(open(stage, cluster.wsAddress, origin), /403/)
    } finally {
      await vite.close()
    }
  }),
})

/** A WebSocket that is open, of the package that came with ours, and what it receives. */
async function open(stage, url, origin, protocols = []) {
  const { WebSocket } = createRequire(join(stage.consumer.folder, 'node_modules/daskflow/'))('ws')
  const socket = new WebSocket(url, protocols, { origin })
  // From now on: a scheduler greets in the same breath in which it opens.
  const messages = on(socket, 'message', { close: ['close'] })
  await once(socket, 'open')
  return { socket, messages }
}

/** Greets the scheduler, and asks who it is. */
async function identityBy(page) {
  const greeting = await ask(page, { compression: null, python: [3, 11, 0], 'pickle-protocol': 4 })
  assert.equal(Array.isArray(greeting.python), true)
  const identity = await ask(page, { op: 'identity' })
  assert.equal(identity.type, 'Scheduler')
  return identity
}

/** Sends a message of one frame, and waits for one. */
async function ask({ socket, messages }, message) {
  socket.send(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0))
  socket.send(encode(message))
  const [head] = (await messages.next()).value
  assert.equal(head.readBigUInt64LE(), 1n)
  const [frame] = (await messages.next()).value
  return decode(frame)
}
