import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { startGateway } from '../../src/runtime-node/gateway.js'
import { gatewayTo, Upstream, Visitor } from './gateway-peers.js'

const ORIGIN = 'https://app.example'
const OTHER = 'http://localhost:5173'
const TOKEN = 'd5b4+/c0ffee.c0ffee~c0ffee_c0ffee'
const protocols = (token: string) => ['daskflow', `bearer.${Buffer.from(token).toString('base64url')}`]

describe('pages', () => {
  test.each([
    [ORIGIN, 101],
    [OTHER, 101],
    [undefined, 101],
    ['https://evil.example', 403],
    ['http://app.example', 403],
    ['https://app.example:8443', 403],
    ['https://app.example.evil.example', 403],
    ['https://sub.app.example', 403],
    ['null', 403],
    ['', 403],
  ])('of the origin %s', async (origin, status) => {
    const upstream = await Upstream.start()
    const { url } = await gatewayTo(upstream.address, { allowedOrigins: [ORIGIN, OTHER] })
    expect(await new Visitor(url, origin === undefined ? {} : { origin }).status()).toBe(status)
    if (status === 403) expect(upstream.count).toBe(0)
  })

  test('of no origin may use it unless one was said, not even its own', async () => {
    const { url } = await gatewayTo('tcp://127.0.0.1:9')
    expect(await new Visitor(url, { origin: url.replace('ws:', 'http:') }).status()).toBe(403)
  })
})

describe('a token', () => {
  test.each([
    ['no token', {}, 401],
    ['a wrong token', { token: 'no' }, 401],
    ['a part of the token', { token: TOKEN.slice(0, -1) }, 401],
    ['the token', { token: TOKEN }, 101],
    ['no token, in a page', { origin: ORIGIN }, 401],
    ['the token, in a page that is not allowed', { origin: OTHER, token: TOKEN }, 403],
    ['a wrong token as a subprotocol', { origin: ORIGIN, protocols: protocols('no') }, 401],
    ['the token as it is, as a subprotocol', { protocols: ['daskflow', `bearer.${TOKEN.replaceAll(/[^\w.~]/g, '')}`] }, 401],
    ['an empty subprotocol', { protocols: ['daskflow', 'bearer.'] }, 401],
    ['the token as a subprotocol', { origin: ORIGIN, protocols: protocols(TOKEN) }, 101],
    ['the token as the first subprotocol', { protocols: protocols(TOKEN).reverse() }, 101],
  ])('%s', async (_, options, status) => {
    const { address } = await Upstream.start()
    const { url } = await gatewayTo(address, { allowedOrigins: [ORIGIN], token: TOKEN })
    const visitor = new Visitor(url, options)
    expect(await visitor.status()).toBe(status)
    // What is answered is in logs and in the page: never the token.
    if (status === 101) expect(visitor.socket.protocol).toBe('protocols' in options ? 'daskflow' : '')
  })

  test('in the query is none', async () => {
    const { url } = await gatewayTo('tcp://127.0.0.1:9', { token: TOKEN })
    expect(await new Visitor(`${url}/?token=${encodeURIComponent(TOKEN)}`).status()).toBe(401)
  })
})

describe('bounds', () => {
  test('no more connections than it was told to hold', async () => {
    const { address } = await Upstream.start()
    const { url } = await gatewayTo(address, { maxConnections: 1 })
    const first = new Visitor(url)
    await once(first.socket, 'open')
    expect(await new Visitor(url).closed).toMatch(/^1006/)
    first.socket.close()
    await first.closed
  })
})

describe('starting', () => {
  const start = (options: object) =>
    startGateway({ address: 'tcp://127.0.0.1:8786', host: '127.0.0.1', port: 0, ...options }).then((gateway) => gateway.close())

  test.each([
    '127.0.0.1:8786',
    'ws://127.0.0.1:8786',
    'tcp://127.0.0.1',
    'tcp://127.0.0.1:0',
    'tcp://:1',
    'tcp://a:99999',
    'tcp://a b:1',
  ])('refuses the address %s', async (address) => {
    await expect(start({ address })).rejects.toMatchObject({
      code: 'ERR_TASK_VALIDATION',
      message: expect.stringContaining(address),
    })
  })

  test.each([
    ['https://app.example/', "'https://app.example'"],
    ['https://App.example', "'https://app.example'"],
    ['https://app.example:443', "'https://app.example'"],
    ['app.example', "like 'https://app.example'"],
    ['*', "like 'https://app.example'"],
    ['null', "like 'https://app.example'"],
    ['https://*.app.example', "like 'https://app.example'"],
  ])('refuses the origin %s', async (origin, hint) => {
    const error = await start({ allowedOrigins: [ORIGIN, origin] }).catch((error) => error)
    expect(error).toMatchObject({ code: 'ERR_TASK_VALIDATION', message: expect.stringContaining(hint) })
  })

  test('takes the origin of an extension', () => start({ allowedOrigins: ['moz-extension://4c1a2b'] }))

  test.each(['', 'short', 'with a blank in the middle', 'not-ASCII-é-é-é-é-é'])('refuses the token %j', async (token) => {
    await expect(start({ token })).rejects.toMatchObject({ code: 'ERR_TASK_VALIDATION' })
  })

  test.each([
    ['0.0.0.0', {}, 'other machines can reach, at 0.0.0.0, needs'],
    ['::', { allowedOrigins: [ORIGIN] }, 'an allowed origin stops pages, not programs'],
    ['127.0.0.1.example', {}, 'other machines can reach'],
    ['127.0.0.1', { certificates: {} }, 'holds certificates'],
  ])('without a token, refuses what lets others further than they come: %s', async (host, options, says) => {
    const error = await start({ host, ...options }).catch((error) => error)
    expect(error).toMatchObject({ code: 'ERR_CLUSTER', message: expect.stringContaining(says) })
    expect(error.message).toContain('needs a token')
  })

  test('listens beyond this machine with a token', () => start({ host: '0.0.0.0', token: TOKEN }))

  test('says where it cannot listen', async () => {
    const { url } = await gatewayTo('tcp://127.0.0.1:9')
    const port = Number(new URL(url).port)
    await expect(start({ port })).rejects.toMatchObject({
      code: 'ERR_CLUSTER',
      message: expect.stringMatching(`cannot listen at 127.0.0.1:${port}: .*EADDRINUSE`),
    })
  })
})
