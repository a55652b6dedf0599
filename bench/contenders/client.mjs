const inc = (n) => n + 1
const sum = (numbers) => numbers.reduce((total, n) => total + n, 0)
const AT_A_TIME = 10

// Each piece says which it is, so that one in a wrong place is found.
const split = (from, pieces, length) =>
  Array.from({ length: pieces }, (_, to) => new Float64Array(length).fill(from * 1_000 + to))
const pieceOf = (split, to) => split[to]
const join = (pieces, to) =>
  pieces.reduce((bytes, piece, from) => {
    if (piece.at(-1) !== from * 1_000 + to) throw new Error(`A piece of ${from} for ${to} holds ${piece.at(-1)}`)
    return bytes + piece.byteLength
  }, 0)

/** Ours as its user has it: futures, of a client of its own. With `kills`, a worker is ended in the middle of each turn. */
export async function startClient({ daskflow, workers, kills = false }) {
  const { workers: adapter } = daskflow.runtime
  const handles = new Map()
  const spawn = async (options) => {
    const handle = await adapter.spawn(options)
    handles.set(options.name, handle)
    void handle.exited.then(() => handles.delete(options.name))
    return handle
  }
  const client = await daskflow.Client.create({ nWorkers: workers }, { adapter: { ...adapter, spawn } })
  const killOne = () => void handles.values().next().value?.terminate()
  return new ClientPool(client, kills ? (future) => future.addDoneCallback(killOne) : () => {})
}

class ClientPool {
  note = ''
  #client
  /** Told of the future that is the middle of a turn. */
  #atMiddle

  constructor(client, atMiddle) {
    this.#client = client
    this.#atMiddle = atMiddle
  }

  /** One task behind the other. */
  async chain(hops) {
    const futures = [this.#client.submit(inc, [0])]
    for (let i = 1; i < hops; i++) futures.push(this.#client.submit(inc, [futures[i - 1]]))
    this.#atMiddle(futures[hops >> 1])
    return this.#result(futures.at(-1), futures)
  }

  /** A sum of many numbers, ten at a time. */
  async tree(leaves) {
    const all = this.#client.map(
      inc,
      Array.from({ length: leaves }, (_, i) => i - 1),
    )
    this.#atMiddle(all[leaves >> 1])
    let level = all
    while (level.length > 1) {
      const groups = Array.from({ length: Math.ceil(level.length / AT_A_TIME) }, (_, i) =>
        level.slice(i * AT_A_TIME, (i + 1) * AT_A_TIME),
      )
      level = this.#client.map(sum, groups)
      all.push(...level)
    }
    return this.#result(level[0], all)
  }

  /** Each of so many parts is made of a piece of each other. Answers the bytes of all. */
  async shuffle(parts, bytes) {
    const length = bytes / 8 / parts / parts
    const seeds = Array.from({ length: parts }, (_, i) => i)
    const splits = seeds.map((from) => this.#client.submit(split, [from, parts, length]))
    this.#atMiddle(splits.at(-1))
    const pieces = seeds.map((to) => splits.map((from) => this.#client.submit(pieceOf, [from, to])))
    const joined = pieces.map((of, to) => this.#client.submit(join, [of, to]))
    return this.#result(this.#client.submit(sum, [joined]), [...splits, ...pieces.flat(), ...joined])
  }

  async #result(future, all) {
    const value = await future
    for (const each of all) each.release()
    return value
  }
}
