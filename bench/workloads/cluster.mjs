import { sampled, tableOf } from '../measurement.mjs'
import { CLIENT, PYTHON_CLIENT } from '../names.mjs'
import { LOWEST_TENTH, median } from '../statistics.mjs'

const COUNTS = [3_000, 20_000]
const TRIPS = 50
const MB = 100
const BYTES = MB * 1e6

/** On one scheduler, each with workers of its own. Python's are started by dask/cluster.mjs. */
export const contendersOn = () => [
  { name: PYTHON_CLIENT, role: 'other' },
  { name: CLIENT, role: 'ours', start: startClient },
]

// Each is sent as its source; by this name it sees the library's function.
const noop = (n) => n
const make = (bytes, n) => {
  const array = new Uint8Array(bytes).fill(n)
  return transfer(array, [array.buffer])
}
const sizeOf = (bytes) => bytes.length

/** No-op tasks, together and one at a time, with their results; and large values, to the client and to another worker. */
export function measurementsOf({ rounds }) {
  return [
    ...COUNTS.map((count) =>
      tableOf({
        rounds,
        sampler: sampled(async ({ pool }) => count / (await pool.run(count))),
        title: `${count.toLocaleString('en')} no-op tasks, gathered`,
        unit: 'tasks/s',
        better: 'higher',
      }),
    ),
    tableOf({
      rounds,
      sampler: sampled(async ({ pool }) => median(await pool.trips(TRIPS)) * 1e3),
      title: `no-op tasks, one at a time (median of ${TRIPS}, lowest tenth of the turns)`,
      unit: 'ms',
      better: 'lower',
      level: LOWEST_TENTH,
    }),
    tableOf({
      rounds,
      sampler: sampled(async ({ pool }) => MB / (await pool.bring(BYTES))),
      title: `${MB} MB, made by a task (ours gives it away by transfer) and brought to the client`,
      unit: 'MB/s',
      better: 'higher',
    }),
    tableOf({
      rounds,
      sampler: sampled(async ({ pool }) => MB / (await pool.hand(BYTES))),
      title: `${MB} MB, made by a task (ours gives it away by transfer) and handed to one on another worker`,
      unit: 'MB/s',
      better: 'higher',
    }),
  ]
}

/** What a stage of Python's answers, by measurement. `python`: see dask/python-dask.mjs. */
export const pythonSamplers = (python) => measurementsOf({}).map(({ sampler }) => sampler({ pool: python }))

async function startClient({ daskflow, sizes: { address, workers } }) {
  return new ClientPool(await daskflow.Client.create({ address }), workers)
}

/** Ours. Answers seconds, as Python's does. */
class ClientPool {
  note = ''
  #client
  #workers
  #made = 0

  constructor(client, workers) {
    this.#client = client
    this.#workers = workers
  }

  async run(count) {
    const startedAt = performance.now()
    const futures = this.#client.map(noop, numbers(count))
    const values = await this.#client.gather(futures)
    const took = secondsSince(startedAt)
    if (values.length !== count || values.some((value, n) => value !== n)) throw new Error('Tasks answered another number')
    for (const future of futures) future.release()
    return took
  }

  async trips(count) {
    const trips = []
    for (const n of numbers(count)) {
      const startedAt = performance.now()
      const future = this.#client.submit(noop, [n])
      const value = await future
      trips.push(secondsSince(startedAt))
      if (value !== n) throw new Error(`Task ${n} answered ${value}`)
      future.release()
    }
    return trips
  }

  async bring(bytes) {
    const n = this.#next()
    const startedAt = performance.now()
    const future = this.#client.submit(make, [bytes, n])
    const value = await future
    const took = secondsSince(startedAt)
    if (value.length !== bytes || value[0] !== n || value[bytes - 1] !== n) throw new Error('A task answered other bytes')
    future.release()
    return took
  }

  async hand(bytes) {
    const [one, other] = this.#workers
    const startedAt = performance.now()
    const made = this.#client.submit(make, [bytes, this.#next()], { workers: one })
    const sized = this.#client.submit(sizeOf, [made], { workers: other })
    const size = await sized
    const took = secondsSince(startedAt)
    if (size !== bytes) throw new Error(`A task found ${size} bytes`)
    for (const future of [made, sized]) future.release()
    return took
  }

  #next() {
    return this.#made++ % 256
  }
}

const numbers = (count) => Array.from({ length: count }, (_, n) => n)
const secondsSince = (startedAt) => (performance.now() - startedAt) / 1000
