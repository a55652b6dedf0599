import { strict as assert } from 'node:assert'
import { Section } from '../section.mjs'

/** What runs on a cluster as it does on the embedded one. */
export const tasksTests = (stage) => ({
  'the script of the README runs as it is, on the cluster that a variable names': stage.on([1, 1], async (cluster) => {
    const [file] = Object.keys(new Section('').files)
    stage.consumer.write(file, new Section('').files[file])
    assert.equal(new Section('A Dask cluster').commands.at(-1), `DASK_SCHEDULER_ADDRESS=tcp://127.0.0.1:8786 node ${file}`)
    assert.match(await cluster.scriptByVariable(file).succeeded(), /^π 3\.14\d*$/m)
    assert.match(cluster.scheduler.output, /Receive client connection/)
  }),
  'a thousand tasks are right, and the process ends by itself': stage.on([1, 1], async (cluster) => {
    await stage.run(
      cluster,
      'thousand.mjs',
      `const backend = await backendOn()
       const tasks = Array.from({ length: 1_000 }, (_, n) => ({ uid: 'task.' + n, function: async (n) => n * n, args: [n] }))
       await ended(backend, tasks)
       tasks.forEach(({ returnValue }, n) => assert.equal(returnValue, n * n))
       await backend.shutdown()`,
    )
  }),
  'the file of a scheduler says where it is': stage.on([1], async (cluster) => {
    stage.consumer.write('scheduler.json', JSON.stringify({ type: 'Scheduler', address: cluster.address }))
    await stage.run(
      cluster,
      'by-file.mjs',
      `import { Client } from 'daskflow'
       const client = await Client.create({ schedulerFile: 'scheduler.json' })
       assert.equal(await client.submit((n) => n + 1, [1]), 2)
       await client.close()`,
    )
  }),
  'what throws is run again, as often as it may be': stage.on([1], async (cluster) => {
    await stage.run(
      cluster,
      'retries.mjs',
      `const backend = await backendOn()
       const throwsTwice = async (name) => {
         const { appendFileSync, readFileSync } = await import('node:fs')
         appendFileSync(name, 'x')
         const times = readFileSync(name, 'utf8').length
         if (times < 3) throw new RangeError('time ' + times)
         return times
       }
       const task = (uid, retries) => ({ uid, function: throwsTwice, args: [uid + '.times'], taskBackendSpecificKwargs: { retries } })
       const [enough, fewer] = await ended(backend, [task('enough', 2), task('fewer', 1)])
       assert.equal(enough.returnValue, 3)
       assert.equal(fewer.exception.name, 'RangeError')
       assert.equal(fewer.exception.message, 'time 2')
       await backend.shutdown()`,
    )
  }),
  'a process that does nothing more ends by itself, without a shutdown': stage.on([1], async (cluster) => {
    const output = await stage.run(
      cluster,
      'forgets.mjs',
      `const backend = await backendOn()
       const [task] = await ended(backend, [{ uid: 'task', async function() {
         await new Promise((resolve) => setTimeout(resolve, 300))
         return 7
       } }])
       console.log(task.returnValue)`,
    )
    assert.match(output, /7/)
  }),
  'RUNNING, progress and logs come in order, before the end': stage.on([1], async (cluster) => {
    const output = await stage.run(
      cluster,
      'order.mjs',
      `const backend = await backendOn()
       backend.registerCallback((task, state) => console.log(state))
       backend.onProgress((task, progress) => console.log('progress', progress))
       backend.onLog((task, { args }) => console.log('log', ...args))
       await ended(backend, [{ uid: 'task', async function() {
         this.report(1)
         await new Promise((resolve) => setTimeout(resolve, 50))
         this.log('said')
         this.report(2)
         return 3
       } }])
       await backend.shutdown()`,
    )
    assert.match(output, /RUNNING\nprogress 1\nlog said\nprogress 2\nDONE/)
  }),
  'a loop that is cancelled stops, and its worker goes on': stage.on([1], async (cluster) => {
    await stage.run(
      cluster,
      'cancel.mjs',
      `const backend = await backendOn()
       const loop = { uid: 'loop', function: async () => { for (;;); } }
       const running = new Promise((resolve) => backend.registerCallback((task, state) => state === 'RUNNING' && resolve()))
       const over = ended(backend, [loop])
       await running
       assert.equal(await backend.cancelTask('loop'), true)
       await over
       assert.equal(loop.state, 'CANCELED')
       const [next] = await ended(backend, [{ uid: 'next', function: async () => 1 }])
       assert.equal(next.returnValue, 1)
       await backend.shutdown()`,
    )
  }),
  'futures go on where they lie, and engines run on it': stage.on([1, 1], async (cluster) => {
    await stage.run(
      cluster,
      'futures.mjs',
      `import { Client, DaskExecutionBackend, WorkflowEngine } from 'daskflow'
       const address = process.argv[2]
       const client = await Client.create({ address })
       const parts = client.map((n) => new Float64Array(10_000).fill(n), [1, 2, 3, 4])
       const sums = parts.map((part) => client.submit((data) => data.reduce((a, b) => a + b), [part]))
       assert.deepEqual(await client.gather(sums), [10_000, 20_000, 30_000, 40_000])
       const failing = client.submit(() => { throw new RangeError('no') })
       await assert.rejects(client.submit((n) => n, [failing]).result(), { name: 'RangeError', message: 'no' })
       const data = await client.scatter(new Float64Array([1, 2, 3]))
       assert.equal(await client.submit((values) => values.length, [data]), 3)
       const { workers } = await client.schedulerInfo()
       assert.deepEqual(Object.values(workers).map(({ nthreads }) => nthreads), [1, 1])
       assert.equal((await client.whoHas(data))[data.key].every((id) => id in workers), true)
       await client.close()
       const flow = await WorkflowEngine.create({ backend: new DaskExecutionBackend({ address }) })
       const add = flow.functionTask(async (a, b) => a + b)
       assert.equal(await add(add(1, 2), add(3, 4)), 10)
       await flow.shutdown()`,
    )
  }),
  'what cannot be sent fails its task, and not its worker': stage.on([1], async (cluster) => {
    await stage.run(
      cluster,
      'unsendable.mjs',
      `const backend = await backendOn()
       const [error, result, next] = await ended(backend, [
         { uid: 'error', function: async () => { throw Object.assign(new RangeError('far'), { data: new SharedArrayBuffer(8) }) } },
         { uid: 'result', function: async () => ({ deep: [new SharedArrayBuffer(8)] }) },
         { uid: 'next', async function() { this.report(new SharedArrayBuffer(8)); return 1 } },
       ])
       assert.equal(error.exception.name, 'RangeError')
       assert.equal(error.exception.message, 'far')
       assert.equal(result.exception.code, 'ERR_TASK_VALIDATION')
       assert.equal(next.returnValue, 1)
       await backend.shutdown()`,
    )
  }),
  'amounts of a worker are shared by what runs there': stage.on([], async (cluster) => {
    await cluster.worker('gpu', 2, ['--resources', 'GPU=1'])
    const output = await stage.run(
      cluster,
      'amounts.mjs',
      `const backend = await backendOn()
       const order = []
       backend.onLog((task, { args }) => order.push(...args))
       const fn = async function (n) { this.log('+' + n); await new Promise((resolve) => setTimeout(resolve, 100)); this.log('-' + n) }
       const taskBackendSpecificKwargs = { resources: { GPU: 1 } }
       await ended(backend, [1, 2, 3].map((n) => ({ uid: 'task.' + n, function: fn, args: [n], taskBackendSpecificKwargs })))
       console.log(order.join())
       await backend.shutdown()`,
    )
    assert.match(output, /^\+(\d),-\1,\+(\d),-\2,\+(\d),-\3$/m)
  }),
})
