import { strict as assert } from 'node:assert'

/** What is shared out anew, or is large. */
export const sharingTests = (stage) => ({
  'a worker that comes later takes of what waits with another': stage.on([1], async (cluster) => {
    const script = stage.script(
      cluster,
      'later.mjs',
      `const backend = await backendOn()
       const slow = async () => { await new Promise((resolve) => setTimeout(resolve, 150)); return process.pid }
       const tasks = Array.from({ length: 40 }, (_, n) => ({ uid: 'task.' + n, function: slow }))
       backend.registerCallback((task, state) => task === tasks[2] && state === 'DONE' && console.log('some are done'))
       await ended(backend, tasks)
       assert.equal(new Set(tasks.map(({ returnValue }) => returnValue)).size, 2)
       await backend.shutdown()`,
    )
    await script.said(/some are done/)
    await cluster.worker('later')
    await script.succeeded()
  }),
  'a task that ends each worker it comes to is given up, and said': stage.on([1, 1, 1, 1], async (cluster) => {
    const output = await stage.run(
      cluster,
      'deadly.mjs',
      `const backend = await backendOn()
       const [task] = await ended(backend, [{ uid: 'deadly', function: async () => process.kill(process.pid, 'SIGKILL') }])
       console.log(task.state, task.exception.name, task.exception.code, task.exception.message)
       await backend.shutdown()`,
    )
    assert.match(output, /^FAILED KilledWorkerError ERR_\w+ Task 'deadly' was on several workers that ended/m)
  }),
  'large values go both ways, however they are packed and split': stage.on([1], async (cluster) => {
    await cluster.pythonWorker()
    await stage.run(
      cluster,
      'large.mjs',
      `import { Client, pythonFunction } from 'daskflow'
       const client = await Client.create({ address: process.argv[2] })
       const call = (name, ...args) => client.submit(pythonFunction(name), args)
       const zeros = await call('builtins.bytes', 20_000_000)
       assert.equal(zeros.length, 20_000_000)
       assert.equal(zeros.every((byte) => byte === 0), true)
       const text = call('operator.mul', 'daskflow', 9_000_000)
       assert.equal(await client.submit((text) => text.length + text.slice(-8), [text]), '72000000daskflow')
       const bytes = client.submit(() => new Uint8Array(70_000_000).fill(7))
       assert.equal(await call('builtins.len', bytes), 70_000_000)
       assert.equal(await call('operator.getitem', bytes, 69_999_999), 7)
       await client.close()`,
    )
  }),
})
