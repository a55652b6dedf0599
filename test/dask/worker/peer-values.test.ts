import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Listener } from '../../../src/core/connector.js'
import { Comm } from '../../../src/dask/comm/comm.js'
import { Rpc } from '../../../src/dask/comm/rpc.js'
import { serialize } from '../../../src/dask/values/values.js'
import { PeerValues, type PeerValuesOptions } from '../../../src/dask/worker/peer-values.js'
import { ValueStore } from '../../../src/dask/worker/value-store.js'
import { MemoryNetwork } from '../../fakes/memory-network.js'

/** How many requests are answered at a time. */
class Load {
  now = 0
  most = 0
}

/** A worker that has values, and says what it was asked for. */
class Peer {
  readonly asked: (readonly string[])[] = []
  /** How often it says that it is busy before it answers. */
  busy = 0

  static async start(network: MemoryNetwork, has: readonly string[], load = new Load()): Promise<Peer> {
    const peer = new Peer(new Set(has), load)
    const onConnection = async (connection: Parameters<typeof Comm.greet>[0]) => {
      const comm = await Comm.greet(connection)
      comm.onMessage((message) => void peer.#answer(comm, message))
    }
    peer.listener = await network.listen({ host: 'peer', port: 0, onConnection })
    return peer
  }

  readonly load: Load
  readonly #has: ReadonlySet<string>
  listener: Listener | undefined

  constructor(has: ReadonlySet<string>, load: Load) {
    this.#has = has
    this.load = load
  }

  get address(): string {
    return `tcp://peer:${this.listener?.port}`
  }

  async #answer(comm: Comm, message: unknown): Promise<void> {
    if (message === 'OK') return
    const { keys } = message as { readonly keys: readonly string[] }
    this.asked.push(keys)
    this.load.most = Math.max(this.load.most, ++this.load.now)
    await new Promise((resolve) => setImmediate(resolve))
    this.load.now--
    if (this.busy-- > 0) return comm.send({ status: 'busy' })
    const found = keys.filter((key) => this.#has.has(key))
    comm.send({ status: 'OK', data: Object.fromEntries(found.map((key) => [key, serialize(key)])) })
  }
}

const network = () => new MemoryNetwork()
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

function bringer(connector: MemoryNetwork, options: Partial<PeerValuesOptions> = {}) {
  const store = new ValueStore()
  const rpc = new Rpc(connector, {})
  const arrived: (readonly string[])[] = []
  const missing: string[] = []
  const peers = new PeerValues({
    rpc,
    store,
    address: 'tcp://me:1',
    maxBytes: 1e9,
    onArrived: (keys) => arrived.push(keys),
    onMissing: (key) => missing.push(key),
    ...options,
  })
  closing.push(() => peers.close())
  return { store, peers, arrived, missing }
}

const keysOf = (count: number) => Array.from({ length: count }, (_, n) => `key-${n}`)
const whoHas = (keys: readonly string[], ...peers: readonly (Peer | string)[]) => {
  const addresses = peers.map((peer) => (typeof peer === 'string' ? peer : peer.address))
  return Object.fromEntries(keys.map((key) => [key, addresses]))
}
const sizesOf = (keys: readonly string[], nbytes: number) => Object.fromEntries(keys.map((key) => [key, nbytes]))

describe('values of other workers', () => {
  test('are asked for together, and are here together', async () => {
    const net = network()
    const keys = keysOf(10_000)
    const peer = await Peer.start(net, keys)
    const { peers, store, arrived } = bringer(net)
    expect(await peers.gather(whoHas(keys, peer), sizesOf(keys, 100))).toEqual([])
    expect([peer.asked.length, arrived.length, net.connections.get(peer.address)]).toEqual([1, 1, 1])
    expect(store.read('key-9999')).toBe('key-9999')
  })

  test('are asked for 50 MB at a time, and by two requests at a time', async () => {
    const net = network()
    const keys = keysOf(20)
    const peer = await Peer.start(net, keys)
    const { peers } = bringer(net)
    expect(await peers.gather(whoHas(keys, peer), sizesOf(keys, 20_000_000))).toEqual([])
    expect(peer.asked.map(({ length }) => length)).toEqual(Array(10).fill(2))
    expect([peer.load.most, net.connections.get(peer.address)]).toEqual([2, 2])
  })

  test('are on their way so many bytes at a time, however large one is', async () => {
    const net = network()
    const keys = keysOf(6)
    const load = new Load()
    const [one, other] = [await Peer.start(net, keys.slice(0, 3), load), await Peer.start(net, keys.slice(3), load)]
    const { peers } = bringer(net, { maxBytes: 50_000_000 })
    const all = { ...whoHas(keys.slice(0, 3), one), ...whoHas(keys.slice(3), other) }
    expect(await peers.gather(all, sizesOf(keys, 60_000_000))).toEqual([])
    expect([load.most, one.asked.length, other.asked.length]).toEqual([1, 3, 3])
  })

  test('come from whoever has them, where one has not', async () => {
    const net = network()
    const keys = keysOf(4)
    const empty = await Peer.start(net, ['key-3'])
    const full = await Peer.start(net, keys)
    const { peers, missing } = bringer(net)
    expect(await peers.gather({ ...whoHas(keys, empty, full), 'key-9': [empty.address] })).toEqual(['key-9'])
    expect([empty.asked, full.asked]).toEqual([[[...keys, 'key-9']], [keys.slice(0, 3)]])
    expect(missing).toEqual(['key-9'])
  })

  test('come from another, where one is gone, which is not asked for each', async () => {
    const net = network()
    const keys = keysOf(9)
    const peer = await Peer.start(net, keys)
    const connect = vi.spyOn(net, 'connect')
    const { peers } = bringer(net)
    const gone = 'tcp://gone:1'
    expect(await peers.gather(whoHas(keys, gone, peer), sizesOf(keys, 20_000_000))).toEqual([])
    expect(connect.mock.calls.filter(([address]) => address === gone).length).toBeLessThanOrEqual(2)
  })

  test('that nobody has are missing', async () => {
    const { peers, missing } = bringer(network())
    expect(await peers.gather({ a: ['tcp://gone:1'], b: [], c: ['tcp://me:1'] })).toEqual(['a', 'b', 'c'])
    expect(missing.toSorted()).toEqual(['a', 'b', 'c'])
  })

  test('are asked for again of one that was busy', async () => {
    const net = network()
    const peer = await Peer.start(net, ['a'])
    peer.busy = 2
    const { peers, store } = bringer(net)
    expect(await peers.gather(whoHas(['a'], peer))).toEqual([])
    expect([peer.asked.length, store.has('a')]).toEqual([3, true])
  })

  test('that are asked for twice come once', async () => {
    const net = network()
    const peer = await Peer.start(net, ['a'])
    const { peers, arrived } = bringer(net)
    const twice = [peers.gather(whoHas(['a'], peer)), peers.gather(whoHas(['a'], peer))]
    expect(await Promise.all(twice)).toEqual([[], []])
    expect([peer.asked, arrived]).toEqual([[['a']], [['a']]])
  })

  test('are not waited for any more when it is over', async () => {
    const net = network()
    const peer = await Peer.start(net, ['a'])
    peer.busy = 1_000
    const { peers, missing } = bringer(net)
    const gathered = peers.gather(whoHas(['a'], peer))
    peers.close()
    expect([await gathered, missing]).toEqual([['a'], []])
  })
})
