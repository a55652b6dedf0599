import { Client, DaskExecutionBackend } from 'daskflow'

const show = (text) => document.body.append(`${text}\n`)

const tell = (name, promise) =>
  promise.then(
    (value) => show(`${name}: ${value}`),
    (error) => show(`${name}: ${error.code ?? error.name}: ${error.message}`),
  )

async function runByName() {
  const client = await Client.create({
    worker: () => new Worker(new URL('./primes.worker.js', import.meta.url), { type: 'module' }),
  })
  const counts = await client.gather(client.map('countPrimes', [0, 1000], [1000, 2000]))
  await client.close()
  return counts.join()
}

async function runInBackend() {
  const backend = await new DaskExecutionBackend()
  const task = { uid: 'async', function: async (n) => n + 1, args: [1] }
  await new Promise((resolve) => {
    backend.registerCallback((_task, state) => state !== 'RUNNING' && resolve())
    void backend.submitTasks([task])
  })
  await backend.shutdown()
  if (task.exception) throw task.exception
  return task.returnValue
}

async function showAll() {
  const client = await Client.create({ nWorkers: 1 })
  await tell(
    'plain',
    client.submit((n) => n ** 2, [3]),
  )
  await tell(
    'async',
    client.submit(async (n) => (await n) + 1, [3]),
  )
  await tell('by name', runByName())
  await tell('backend', runInBackend())
  show('over')
}

void showAll()
