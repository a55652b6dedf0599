import { strict as assert } from 'node:assert'

/** Tasks of both languages on one cluster. */
export const pythonTests = (stage) => ({
  'functions of Python are called by name, and take what JavaScript made': stage.on([1], async (cluster) => {
    await cluster.pythonWorker()
    await stage.run(
      cluster,
      'python.mjs',
      `import { Client, pythonFunction } from 'daskflow'
       const client = await Client.create({ address: process.argv[2] })
       const made = client.submit(() => [3, 1, 2])
       const sorted = client.submit(pythonFunction('builtins.sorted'), [made])
       assert.deepEqual(await sorted, [1, 2, 3])
       assert.equal(await client.submit((list) => list[0], [sorted]), 1)
       const call = (name, ...args) => client.submit(pythonFunction(name), args).result()
       assert.equal(await call('math.sqrt', 2), Math.SQRT2)
       assert.equal(await call('builtins.repr', { a: [1n, 'x', null, true, new Uint8Array([65])] }), "{'a': [1, 'x', None, True, b'A']}")
       assert.equal(await call('math.factorial', 30), 265252859812191058636308480000000n)
       assert.deepEqual(await call('builtins.dict', [['a', 1]]), { a: 1 })
       assert.equal(String(await call('decimal.Decimal', '1.5')), 'decimal.Decimal("1.5")')
       const date = new Date('2026-11-23T13:00:00.123Z')
       assert.deepEqual(await call('copy.copy', date), date)
       assert.deepEqual(await call('copy.copy', new Float64Array([1.5])), new Float64Array([1.5]))
       await assert.rejects(call('operator.truediv', 1, 0), /failed in Python: .*ZeroDivisionError\\("division by zero"\\)/)
       await client.close()`,
    )
  }),
  'Python sees our workers, and its tasks run beside ours': stage.on([1], async (cluster) => {
    await cluster.pythonWorker()
    const python = cluster.dask('python3', ['-c', MIXED, cluster.address])
    const ours = stage.script(
      cluster,
      'mixed.mjs',
      `const backend = await backendOn()
       const tasks = Array.from({ length: 200 }, (_, n) => ({ uid: 'task.' + n, function: async (n) => n, args: [n] }))
       await ended(backend, tasks)
       tasks.forEach(({ returnValue }, n) => assert.equal(returnValue, n))
       await backend.shutdown()`,
    )
    const [output] = await Promise.all([python.succeeded(), ours.succeeded()])
    assert.match(output, /names .*js-0/)
    assert.match(output, /sum 19900/)
  }),
})

const MIXED = `
import sys
from distributed import Client
with Client(sys.argv[1]) as client:
    print('names', [worker['name'] for worker in client.scheduler_info()['workers'].values()])
    print('sum', sum(client.gather(client.map(lambda n: n, range(200)))))
`
