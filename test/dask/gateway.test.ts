import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { packWsFrames } from '../../src/dask/protocol/ws-frames.js'
import { GatewayRelay } from '../../src/runtime-node/gateway-relay.js'
import { gatewayTo, type Peer, Upstream, Visitor } from './gateway-peers.js'

afterEach(() => vi.restoreAllMocks())

function bytes(length: number, seed = 7): Uint8Array {
  const made = new Uint8Array(length)
  for (let at = 0; at < length; at++) made[at] = (at * seed) % 251
  return made
}

/** What can be compared in no time, however large it is. */
const digests = (messages: readonly (readonly Uint8Array[])[]) =>
  messages.map((frames) => frames.map((frame) => createHash('sha1').update(frame).digest('hex')))

async function connected(): Promise<{ readonly visitor: Visitor; readonly peer: Peer }> {
  const upstream = await Upstream.start()
  const { url } = await gatewayTo(upstream.address)
  const visitor = new Visitor(url)
  await once(visitor.socket, 'open')
  const peer = await upstream.peer()
  visitor.send([])
  await peer.inbox.take(1)
  return { visitor, peer }
}

describe('the gateway', () => {
  const messages = [[bytes(3)], [], [bytes(0)], [bytes(10), bytes(0), bytes(300)], [bytes(9), bytes(5_000_000)], [bytes(8)]]

  test('hands on what both sides say, whatever its frames are', async () => {
    const { visitor, peer } = await connected()
    for (const message of messages) {
      visitor.send(message)
      peer.send(message)
    }
    expect(digests(await peer.inbox.take(messages.length))).toEqual(digests(messages))
    expect(digests(await visitor.inbox.take(messages.length))).toEqual(digests(messages))
  })

  test('keeps thousands of messages in order', async () => {
    const { visitor, peer } = await connected()
    const many = Array.from({ length: 5_000 }, (_, n) => [Uint8Array.of(n & 255, n >> 8), bytes(n % 50)])
    for (const message of many) {
      visitor.send(message)
      peer.send(message)
    }
    expect(digests(await peer.inbox.take(many.length))).toEqual(digests(many))
    expect(digests(await visitor.inbox.take(many.length))).toEqual(digests(many))
  })

  test('gives each client a connection of its own', async () => {
    const upstream = await Upstream.start()
    const { url } = await gatewayTo(upstream.address)
    const visitors = [new Visitor(url), new Visitor(url)]
    await Promise.all(visitors.map(({ socket }) => once(socket, 'open')))
    for (const visitor of visitors) visitor.send([bytes(5)])
    await (await upstream.peer()).inbox.take(1)
    expect(upstream.count).toBe(2)
  })

  test('keeps what a client says before the scheduler is there', async () => {
    const upstream = await Upstream.start()
    const { hostname, port } = new URL((await gatewayTo(upstream.address)).url)
    const socket = connect(Number(port), hostname)
    onTestFinished(() => void socket.destroy())
    const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'
    socket.write(`GET / HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n`)
    // A message of no frames, in the same breath: binary, eight bytes, a mask of zeros.
    socket.write(Buffer.from('8288000000000000000000000000', 'hex'))
    expect(await (await upstream.peer()).inbox.take(1)).toEqual([[]])
  })

  test('answers a request that is no WebSocket, and knows one path', async () => {
    const { url } = await gatewayTo('tcp://127.0.0.1:9')
    const answer = await fetch(url.replace('ws:', 'http:'))
    expect([answer.status, await answer.text()]).toEqual([426, 'This is a gateway to a Dask cluster, for WebSockets.\n'])
    expect(await new Visitor(`${url}/dask`).status()).toBe(404)
  })
})

describe('when something ends', () => {
  test('a client that leaves ends the connection to the scheduler', async () => {
    const { visitor, peer } = await connected()
    visitor.send([bytes(100_000)])
    visitor.socket.close()
    await peer.closed
    expect(digests(await peer.inbox.take(1))).toEqual(digests([[bytes(100_000)]]))
  })

  test('a client that is killed does, too', async () => {
    const { visitor, peer } = await connected()
    visitor.socket.terminate()
    await peer.closed
  })

  test('a scheduler that ends ends the client, after all that it said', async () => {
    const { visitor, peer } = await connected()
    peer.send([bytes(1_000_000)])
    peer.socket.end()
    expect(await visitor.closed).toBe('1000 The scheduler ended the connection')
    expect(digests(visitor.inbox.messages)).toEqual(digests([[bytes(1_000_000)]]))
  })

  test('a connection that breaks is told', async () => {
    const { visitor, peer } = await connected()
    peer.socket.resetAndDestroy()
    expect(await visitor.closed).toBe('1011 The connection to the scheduler ended: read ECONNRESET')
  })

  test('a scheduler that cannot be reached is the reason for which the client is closed, at once', async () => {
    const late = vi.spyOn(WebSocket.prototype, 'terminate')
    const upstream = await Upstream.start()
    const { address } = upstream
    await upstream.stop()
    const { url } = await gatewayTo(address)
    const port = address.split(':').at(-1)
    expect(await new Visitor(url).closed).toBe(`1013 The gateway cannot reach ${address}: connect ECONNREFUSED 127.0.0.1:${port}`)
    expect(late).not.toHaveBeenCalled()
  })

  test('a reason is cut where a close frame has no more room', async () => {
    const { url } = await gatewayTo(`tcp://${'a'.repeat(60)}.${'b'.repeat(60)}.invalid:8786`)
    const reason = (await new Visitor(url).closed).slice('1013 '.length)
    expect(reason).toHaveLength(123)
    expect(reason).toMatch(/^The gateway cannot reach tcp:\/\/aaa/)
  })

  test('closing the gateway ends all', async () => {
    const upstream = await Upstream.start()
    const gateway = await gatewayTo(upstream.address)
    const visitor = new Visitor(gateway.url)
    await once(visitor.socket, 'open')
    const peer = await upstream.peer()
    await gateway.close()
    expect(await visitor.closed).toBe('1001 The gateway ends')
    await peer.closed
    const refused = new Visitor(gateway.url)
    expect(await refused.closed).toMatch(/^1006/)
  })
})

describe('what is not Dask', () => {
  const LIMIT = 2 ** 20
  test.each([
    ['text', ['hello'], /^1002 .*text/],
    ['no number of frames', [bytes(7)], /^1002 .*number of frames takes 7 bytes/],
    ['too many frames', packWsFrames(Array.from({ length: LIMIT + 1 }, () => bytes(0))).slice(0, 1), /^1002 .*1048577 frames/],
  ])('from a client ends it: %s', async (_, parts, says) => {
    const { visitor, peer } = await connected()
    for (const part of parts) visitor.socket.send(part)
    expect(await visitor.closed).toMatch(says)
    await peer.closed
    expect(peer.inbox.messages).toEqual([])
  })

  test('from a scheduler does, too', async () => {
    const { visitor, peer } = await connected()
    peer.socket.write(new Uint8Array(64).fill(255))
    expect(await visitor.closed).toMatch(/^1011 .*not Dask's protocol/)
    await peer.closed
  })
})

describe('back-pressure', () => {
  const MESSAGE = 1_000_000
  const large = Array.from({ length: 100 }, (_, n) => [new Uint8Array(MESSAGE).fill(n)])

  /** Both of the gateway's own ends. */
  async function ends() {
    const upgrade = vi.spyOn(WebSocketServer.prototype, 'handleUpgrade')
    const join = vi.spyOn(GatewayRelay.prototype, 'join')
    const sides = await connected()
    const [, client] = upgrade.mock.calls[0] as unknown as [unknown, Duplex]
    const [upstream] = join.mock.calls[0] as [Duplex]
    return { ...sides, client, upstream }
  }

  /** The most that waits to be written there, whenever something is read on the other side. */
  function watch(read: Duplex, written: Duplex): () => number {
    let most = 0
    read.on('data', () => {
      most = Math.max(most, written.writableLength)
    })
    return () => most
  }

  test('a client that does not read stops the scheduler, not the memory of the gateway', async () => {
    const { visitor, peer, client, upstream } = await ends()
    const most = watch(upstream, client)
    visitor.socket.pause()
    const paused = once(upstream, 'pause')
    for (const message of large) peer.send(message)
    await paused
    visitor.socket.resume()
    const received = await visitor.inbox.take(large.length)
    expect(digests(received)).toEqual(digests(large))
    expect(most()).toBeLessThan(2 * MESSAGE)
  })

  test('nor does a scheduler that does not read', async () => {
    const { visitor, peer, client, upstream } = await ends()
    const most = watch(client, upstream)
    peer.socket.pause()
    const paused = once(client, 'pause')
    for (const message of large) visitor.send(message)
    await paused
    peer.socket.resume()
    const received = await peer.inbox.take(large.length)
    expect(digests(received)).toEqual(digests(large))
    expect(most()).toBeLessThan(2 * MESSAGE)
  })

  test('what is stopped ends all the same', async () => {
    const { visitor, peer, client } = await ends()
    peer.socket.pause()
    const paused = once(client, 'pause')
    for (const message of large) visitor.send(message)
    await paused
    peer.socket.destroy()
    expect(await visitor.closed).toMatch(/^10(00|11) /)
  })
})
