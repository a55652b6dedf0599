import { strict as assert } from 'node:assert'

/** What becomes of tasks when a part of the cluster ends, or is not there. */
export const lostTests = (stage) => ({
  'a worker that is killed takes nothing with it': stage.on([1, 1], async (cluster, [first]) => {
    const script = stage.script(
      cluster,
      'killed.mjs',
      `const backend = await backendOn()
       const slow = async (n) => { await new Promise((resolve) => setTimeout(resolve, 50)); return n }
       const tasks = Array.from({ length: 60 }, (_, n) => ({ uid: 'task.' + n, function: slow, args: [n] }))
       backend.registerCallback((task, state) => task === tasks[20] && state === 'DONE' && console.log('some are done'))
       await ended(backend, tasks)
       tasks.forEach(({ returnValue }, n) => assert.equal(returnValue, n))
       await backend.shutdown()`,
    )
    await script.said(/some are done/)
    await first.end('SIGKILL')
    await script.succeeded()
  }),
  'nor does one that others bring values from': stage.on([1, 1], async (cluster, [first]) => {
    const script = stage.script(
      cluster,
      'bringing.mjs',
      `import { Client, wait } from 'daskflow'
       const client = await Client.create({ address: process.argv[2] })
       const numbers = Array.from({ length: 12 }, (_, n) => n)
       const parts = client.map((n) => new Float64Array(1_250_000).fill(n), numbers)
       const sum = (factor, ...parts) => factor * parts.reduce((sum, part) => sum + part[0] + part.at(-1), 0)
       const sums = [1, 2, 3, 4].map((factor) => client.submit(sum, [factor, ...parts]))
       await wait(parts)
       console.log('made')
       assert.deepEqual(await client.gather(sums), [132, 264, 396, 528])
       await client.close()`,
    )
    await script.said(/made/)
    await first.end('SIGKILL')
    await script.succeeded()
  }),
  'an actor is lost with its worker, and so is a call that is under way': stage.on([1], async (cluster, [worker]) => {
    const script = stage.script(
      cluster,
      'actor-lost.mjs',
      `import { Client } from 'daskflow'
       class Counter {
         constructor(n) { this.n = n }
         add(n) { return (this.n += n) }
         hang() { return new Promise(() => {}) }
       }
       const client = await Client.create({ address: process.argv[2] })
       const future = client.submit(Counter, [10], { actor: true })
       const counter = await future
       assert.deepEqual(await Promise.all(Array.from({ length: 1_000 }, () => counter.add(1))), Array.from({ length: 1_000 }, (_, i) => 11 + i))
       const hanging = counter.hang().catch((error) => error)
       console.log('it hangs')
       assert.equal((await hanging).code, 'ERR_WORKER_LOST')
       await assert.rejects(counter.add(1), { code: 'ERR_WORKER_LOST' })
       assert.equal(future.status, 'lost')
       await client.close()`,
    )
    await script.said(/it hangs/)
    await worker.end('SIGKILL')
    await script.succeeded()
  }),
  'what was scattered is lost with its worker, and whoever waits for it hears of it': stage.on([1], async (cluster, [worker]) => {
    const script = stage.script(
      cluster,
      'scattered.mjs',
      `import { Client } from 'daskflow'
       const client = await Client.create({ address: process.argv[2] })
       const data = await client.scatter(new Float64Array(5_000))
       console.log('scattered')
       await told()
       await assert.rejects(client.gather([data]), { code: 'ERR_WORKER_LOST' })
       assert.equal(data.status, 'lost')
       await client.close()`,
    )
    await script.said(/scattered/)
    await worker.end('SIGKILL')
    await cluster.scheduler.said(/Remove worker/)
    script.tell('go on')
    await script.succeeded()
  }),
  'a future that is released before its end keeps no process alive, and what needs its value gets it': stage.on(
    [2],
    async (cluster) => {
      await stage.run(
        cluster,
        'released.mjs',
        `import { Client } from 'daskflow'
       const client = await Client.create({ address: process.argv[2] })
       client.submit(() => new Promise(() => {})).release()
       const made = client.submit(() => 20)
       const used = client.submit((n) => n + 1, [made])
       made.release()
       assert.equal(await used, 21)
       const data = client.submit(async () => { await new Promise((resolve) => setTimeout(resolve, 50)); return 40 })
       const late = client.submit((n) => n + 1, [data])
       await new Promise((resolve) => setTimeout(resolve, 10))
       data.release()
       assert.equal(await late, 41)
       used.release()
       late.release()`,
      )
    },
  ),
  'a worker that is told to end hands over what it has': stage.on([1], async (cluster, [first]) => {
    const script = stage.script(
      cluster,
      'retire.mjs',
      `import { Client } from 'daskflow'
       const client = await Client.create({ address: process.argv[2] })
       const made = client.submit(() => [Math.random(), new Float64Array(5_000).fill(1)])
       const [random] = await made
       console.log('made')
       await told()
       assert.equal((await client.submit((value) => value[0], [made])), random)
       await client.close()`,
    )
    await script.said(/made/)
    await cluster.worker('second')
    const [code] = await first.end('SIGTERM')
    assert.equal(code, 0, first.output)
    script.tell('go on')
    await script.succeeded()
  }),
  'when the scheduler is gone, what is live fails, and workers join the next': stage.on([1], async (cluster, [worker]) => {
    const script = stage.script(
      cluster,
      'gone.mjs',
      `const backend = await backendOn()
       backend.registerCallback((task, state) => state === 'RUNNING' && console.log('it runs'))
       const [task] = await ended(backend, [{ uid: 'task', function: async () => new Promise(() => {}) }])
       assert.equal(task.exception.name, 'CommClosedError')
       assert.equal(task.exception.code, 'ERR_COMM_CLOSED')
       assert.equal(await backend.state(), 'DISCONNECTED')
       await backend.shutdown()`,
    )
    await script.said(/it runs/)
    await cluster.scheduler.end('SIGKILL')
    await script.succeeded()
    await worker.said(/has lost its scheduler/)
    await cluster.startScheduler()
    await worker.said(/has joined again/)
    await stage.run(cluster, 'again.mjs', ONE_TASK)
    const [code] = await worker.end('SIGTERM')
    assert.equal(code, 0, worker.output)
  }),
  'a worker that waits for a scheduler ends when it is told to': stage.on([1], async (cluster, [worker]) => {
    await cluster.scheduler.end('SIGKILL')
    await worker.said(/could not join/)
    const [code] = await worker.end('SIGTERM')
    assert.equal(code, 0, worker.output)
  }),
  'a worker waits for a scheduler no longer than it may': stage.on([], async (cluster) => {
    const worker = await cluster.worker('waits', 1, ['--death-timeout', '0.5'])
    await cluster.scheduler.end('SIGKILL')
    const [code] = await worker.ended
    assert.equal(code, 1, worker.output)
    assert.match(worker.output, /Could not connect to tcp:\/\/127.0.0.1:\d+: .*ECONNREFUSED/)
  }),
  'a worker that the scheduler retires ends well': stage.on([1], async (cluster, [worker]) => {
    const retire = 'import sys; from distributed import Client; Client(sys.argv[1]).retire_workers(names=["js-0"])'
    await cluster.dask('python3', ['-c', retire, cluster.address]).succeeded()
    assert.match(await worker.succeeded(), /Left the cluster/)
  }),
  'a cluster without a JavaScript worker, or no cluster at all, is one clear error': stage.on([], async (cluster) => {
    const output = await stage.run(
      cluster,
      'none.mjs',
      `import { DaskExecutionBackend } from 'daskflow'
       for (const address of [process.argv[2], 'tcp://127.0.0.1:9']) {
         const error = await new DaskExecutionBackend({ address, timeout: 1_000 }).start().catch((error) => error)
         console.log(error.code, error.message)
       }`,
    )
    assert.match(
      output,
      /ERR_CLUSTER The cluster at tcp:\S+ had no JavaScript worker within 1000 ms. Start one.*npx daskflow worker/,
    )
    assert.match(output, /ERR_COMM_CLOSED Could not connect to tcp:\/\/127.0.0.1:9: .*ECONNREFUSED/)
  }),
})

const ONE_TASK = `
const backend = await backendOn()
const [task] = await ended(backend, [{ uid: 'task', function: async () => 7 }])
assert.equal(task.returnValue, 7)
await backend.shutdown()
`
