import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

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
       await assert.rejects(call('operator.truediv', 1, 0), { code: 'ERR_PYTHON', pythonClass: 'ZeroDivisionError', message: /failed in Python: .*ZeroDivisionError\\("division by zero"\\)/ })
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
  'Python calls functions of JavaScript, and both take what the other made': stage.on([1], async (cluster) => {
    await cluster.pythonWorker()
    stage.consumer.writeModule('called', CALLED)
    stage.consumer.write('exposing.mjs', "import { expose } from 'daskflow/worker'\nexpose({ exposed: (n) => 2 * n })")
    await cluster.worker('exposing', 1, ['--worker', 'exposing.mjs'])
    // As a text, since the Python may be in another file system.
    const library = readFileSync(join(stage.consumer.folder, 'node_modules/daskflow/python/daskflow_client.py'), 'utf8')
    assert.match(await cluster.dask('python3', ['-c', CALLS, cluster.address, library]).succeeded(), /all is right/)
  }),
})

const CALLED = `
export const echo = (...args) => args
export const kinds = (...args) => args.map((arg) => Object.prototype.toString.call(arg).slice(8, -1))
export const sum = async ({ parts }) => parts.reduce((total, part) => total + part)
export const fail = (text) => { throw new RangeError(text) }
export const never = () => new Promise(() => {})
export default (n) => n + 1
`

const CALLS = `
import datetime, operator, sys, types
from distributed import Client
daskflow_client = types.ModuleType('daskflow_client')
exec(sys.argv[2], daskflow_client.__dict__)
submit = daskflow_client.submit

def refused(call, *words):
    try:
        call()
    except (RuntimeError, TypeError, ValueError) as error:
        for word in words:
            assert word in str(error), error
        return error
    raise AssertionError('that was not refused')

with Client(sys.argv[1]) as client:
    js = lambda name, *args, **options: submit(client, 'called', name, *args, workers=['js-0'], **options)
    values = [None, True, 1, 2.5, 'ü', b'A', 2**60, {'a': [1, {2: 3}]}, {'x'}]
    assert js('echo', *values).result() == values, js('echo', *values).result()
    when = datetime.datetime(2026, 11, 23, tzinfo=datetime.timezone.utc)
    kinds = ['Null', 'Boolean', 'Number', 'Number', 'String', 'Uint8Array', 'BigInt', 'Object', 'Set', 'Array', 'Map', 'Date']
    assert js('kinds', *values, (1,), {2: 3}, when).result() == kinds

    python = client.submit(operator.add, 1, 2, workers=[a for a, w in client.scheduler_info()['workers'].items() if 'JS' not in w['resources']])
    made = js('default', python)
    assert made.result() == 4
    assert client.submit(operator.mul, made, 10).result() == 40
    (scattered,) = client.scatter([100])
    assert js('sum', {'parts': [python, made, scattered, made]}).result() == 111
    assert js('echo', {1: python}).result() == [{1: 3}]
    assert js('default', 1, key='my-key').key == 'my-key'

    error = refused(js('fail', 'far').result, 'RangeError: far')
    assert error.daskflow['name'] == 'RangeError', error.daskflow
    refused(js('echo', js('fail', 'first')).result, 'RangeError: first')
    refused(js('never', timeout=0.2).result, 'TaskTimeoutError')
    refused(js('nowhere').result, "'called' exports no function 'nowhere'", "'js-0' at tcp://")
    refused(submit(client, 'not-there/at-all', 'x').result, 'not-there/at-all', ' at tcp://')
    assert submit(client, None, 'exposed', 21, workers=['exposing']).result() == 42
    refused(submit(client, None, 'exposed', workers=['js-0']).result, "no function 'exposed'")
    refused(lambda: js('echo', {python}), 'Futures may be among')
    ring = []
    ring.append(ring)
    refused(lambda: js('echo', ring), 'holds itself')
    refused(lambda: js('echo', {None: python}), 'not under None')
    refused(lambda: submit(client, './called', 'echo'), './called')
    refused(lambda: submit(client, 'called', None), 'function must be a name')
    print('all is right')
`

const MIXED = `
import sys
from distributed import Client
with Client(sys.argv[1]) as client:
    print('names', [worker['name'] for worker in client.scheduler_info()['workers'].values()])
    print('sum', sum(client.gather(client.map(lambda n: n, range(200)))))
`
