import { strict as assert } from 'node:assert'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a worker is told by the options of its command. */
export const workerTests = (stage) => ({
  '--preload: each thread imports it before its first task': stage.on([], async (cluster) => {
    stage.consumer.write('preloaded.mjs', 'globalThis.preloaded = 7')
    await cluster.worker('preload', 1, ['--preload', './preloaded.mjs', '--preload', 'preloaded.mjs'])
    await stage.run(
      cluster,
      'preload.mjs',
      `const backend = await backendOn()
       const [task] = await ended(backend, [{ uid: 'task', function: async () => globalThis.preloaded }])
       assert.equal(task.returnValue, 7)
       await backend.shutdown()`,
    )
  }),
  '--preload: one that is not there, or throws, is one clear error': stage.on([], async (cluster) => {
    stage.consumer.write('throws.mjs', 'throw new RangeError("not today")')
    for (const [module, expected] of [
      ['nowhere', /There is no module 'nowhere' to preload: .* It was looked for from \S+, on /],
      ['throws.mjs', /RangeError: not today/],
    ]) {
      const worker = cluster.daskflow('preload', ['worker', cluster.address, '--preload', module])
      assert.equal((await worker.ended)[0], 1, worker.output)
      assert.match(worker.output, expected)
    }
  }),
  '--only-modules: functions as text are refused, and those of packages run from --cwd': stage.on([], async (cluster) => {
    const folder = join(stage.consumer.folder, 'elsewhere')
    const tasks = join(folder, 'node_modules/tasks-there')
    mkdirSync(tasks, { recursive: true })
    writeFileSync(join(tasks, 'package.json'), '{ "name": "tasks-there", "type": "module", "exports": { "./run": "./run.js" } }')
    writeFileSync(join(tasks, 'run.js'), 'export const where = async () => process.cwd()')
    await cluster.worker('modules', 1, ['--only-modules', '--cwd', folder])
    const output = await stage.run(
      cluster,
      'modules.mjs',
      `import { moduleFunction } from 'daskflow'
       const backend = await backendOn()
       const functions = {
         module: moduleFunction('tasks-there/run', 'where'),
         text: async function hidden() {},
         url: moduleFunction('data:text/javascript,export default async () => 1'),
         builtin: moduleFunction('child_process', 'execSync'),
         nowhere: moduleFunction('not-there/run', 'where'),
       }
       const tasks = Object.entries(functions).map(([uid, fn]) => ({ uid, function: fn }))
       for (const { uid, returnValue, exception } of await ended(backend, tasks)) console.log(uid, returnValue ?? exception.code, exception?.message)
       await backend.shutdown()`,
    )
    assert.match(output, new RegExp(`^module ${folder} `, 'm'))
    assert.match(output, /^text ERR_TASK_VALIDATION The worker refuses 'hidden', which was sent as text/m)
    assert.match(output, /^url ERR_TASK_VALIDATION The worker refuses the module 'data:/m)
    assert.match(output, /^builtin ERR_TASK_VALIDATION The worker refuses the module 'child_process'/m)
    assert.match(output, /^nowhere ERR_TASK_VALIDATION .*'not-there\/run': .* It was looked for from \S+\/elsewhere, on \S+/m)
  }),
  '--scheduler-file, --listen-address and --contact-address say where': stage.on([], async (cluster) => {
    await cluster.scheduler.end('SIGKILL')
    const file = join(stage.consumer.folder, 'scheduler.json')
    await cluster.startScheduler(['--scheduler-file', file])
    const args = ['worker', '--scheduler-file', file, '--name', 'filed', '--nthreads', '1']
    const missing = cluster.daskflow('no file', ['worker', '--scheduler-file', 'nowhere.json'])
    assert.equal((await missing.ended)[0], 1)
    assert.match(missing.output, /The scheduler's file nowhere.json could not be read: ENOENT/)
    const worker = cluster.daskflow('filed', [...args, '--listen-address', 'tcp://0.0.0.0:0', '--death-timeout', '20'])
    await worker.said(/Worker 'filed' at tcp:\/\/127.0.0.1:\d+, of the cluster at tcp:/)
    const contact = cluster.daskflow('contact', [
      ...['worker', cluster.address, '--name', 'contact', '--nthreads', '1'],
      ...['--listen-address', 'tcp://127.0.0.1:0', '--contact-address', 'tcp://localhost:4321'],
    ])
    await contact.said(/Worker 'contact' at tcp:\/\/localhost:4321/)
  }),
  'a program is a worker by DaskWorker of daskflow/dask': stage.on([], async (cluster) => {
    await stage.run(
      cluster,
      'own-worker.mjs',
      `import { DaskWorker } from 'daskflow/dask'
       import { ClusterError, CommClosedError } from 'daskflow'
       const address = process.argv[2]
       await assert.rejects(DaskWorker.create({ address, nthread: 1 }), /options: 'nthread' is not known. Did you mean 'nthreads'/)
       await assert.rejects(DaskWorker.create({ address: 'tcp://127.0.0.1:9' }), (error) => error instanceof CommClosedError)
       const worker = await DaskWorker.create({ address, name: 'mine', nthreads: 1, memoryLimit: '64GiB' })
       await assert.rejects(DaskWorker.create({ address, name: 'mine', nthreads: 1 }), (error) => error instanceof ClusterError && /name taken/.test(error.message))
       const backend = await backendOn()
       const [task] = await ended(backend, [{ uid: 'task', function: async function () { return this.workerId } }])
       assert.equal(task.returnValue, 'mine')
       await backend.shutdown()
       assert.match(worker.address, /^tcp:.*127.0.0.1:/)
       await worker.retire()
       assert.equal(await worker.closed, undefined)`,
    )
  }),
})
