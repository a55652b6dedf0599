import { availableParallelism, totalmem } from 'node:os'
import { describe, expect, test } from 'vitest'
import { checkOptions } from '../../src/runtime-node/dask-worker-options.js'
import { refusalOf } from '../../src/runtime-node/only-modules.js'
import { readArguments } from '../../src/runtime-node/worker-arguments.js'

const ADDRESS = 'tcp://127.0.0.1:8786'
const read = (...argv: readonly string[]) => readArguments([ADDRESS, ...argv], {})
const first = (...argv: readonly string[]) => read(...argv).workers[0]

describe('the options of a worker', () => {
  test('say what Dask says by the same names', () => {
    const argv = '--nthreads 2 --death-timeout 1.5 --preload a --preload ./b.js --only-modules --cwd /there --name me'.split(' ')
    const { cwd, workers } = read(...argv)
    expect([cwd, workers.length]).toEqual(['/there', 1])
    expect(workers[0]).toMatchObject({
      address: ADDRESS,
      name: 'me',
      nthreads: 2,
      deathTimeout: 1_500,
      preload: ['a', './b.js'],
      onlyModules: true,
    })
  })

  test('make several workers, whose names differ', () => {
    expect(read('--nworkers', '2', '--name', 'me').workers.map(({ name }) => name)).toEqual(['me-0', 'me-1'])
    expect(read('--nworkers', '2').workers.map(({ name }) => name)).toEqual([undefined, undefined])
  })

  test.each([
    ['4e9', 4e9],
    ['4GB', 4e9],
    ['4GiB', 4 * 2 ** 30],
    ['2048', 2_048],
  ])('--memory-limit %s', (text, bytes) => {
    expect(first('--memory-limit', text)?.memoryLimit).toBe(bytes)
  })

  test('--memory-limit is a share of the memory, or follows the cores', () => {
    const whole = first('--memory-limit', '1')?.memoryLimit as number
    expect(whole).toBeLessThanOrEqual(totalmem())
    expect(first('--memory-limit', '0.5')?.memoryLimit).toBe(Math.floor(whole / 2))
    expect(first('--nthreads', '1')?.memoryLimit).toBe(Math.floor(whole / availableParallelism()))
    expect(first('--nthreads', '1024', '--nworkers', '2', '--memory-limit', 'auto')?.memoryLimit).toBe(Math.floor(whole / 2))
  })

  test.each([
    ['--memory-limit', 'much'],
    ['--memory-limit', '0'],
    ['--memory-limit', ''],
    ['--nthreads', '0'],
    ['--nworkers', '1.5'],
    ['--death-timeout', '0'],
    ['--death-timeout', 'soon'],
    ['--resources', 'GPU'],
  ])('%s %j is refused, by its name', (option, value) => {
    const message = expect.stringMatching(new RegExp(`${option}.* must be .*, got`))
    expect(() => read(option, value)).toThrow(expect.objectContaining({ name: 'UsageError', message }))
  })

  test.each([
    ['--listen-address', 'tcp://0.0.0.0:1', '--host', 'here'],
    ['--listen-address', 'tcp://0.0.0.0:1', '--nworkers', '2'],
    ['--contact-address', 'tcp://far:1'],
    ['--scheduler-file', 'file.json'],
    ['tcp://other:1'],
  ])('what does not go together is wrong usage: %s', (...argv) => {
    expect(() => read(...argv)).toThrow(expect.objectContaining({ name: 'UsageError' }))
  })

  test('name the scheduler by its address, its file or the variable', () => {
    const schedulerOf = (argv: readonly string[], env = {}) => readArguments(argv, env).workers[0]
    expect(schedulerOf(['--scheduler-file', 'file.json'])).toMatchObject({ schedulerFile: 'file.json' })
    expect(schedulerOf([], { DASK_SCHEDULER_ADDRESS: ADDRESS })).toMatchObject({ address: ADDRESS })
    expect(() => schedulerOf([])).toThrow('Say the address of one scheduler')
  })
})

describe('the options of DaskWorker.create', () => {
  test('are whole when they were checked', () => {
    expect(checkOptions({ address: ADDRESS, nthreads: 2, memoryLimit: '1kB' })).toMatchObject({
      remote: { address: ADDRESS },
      listen: { host: '127.0.0.1', port: 0 },
      memoryLimit: 1_000,
      timeout: 30_000,
      preload: [],
      onlyModules: false,
    })
    expect(checkOptions({ address: ADDRESS, listenAddress: 'tcp://[::1]:9' }).listen).toEqual({ host: '::1', port: 9 })
  })

  test.each([
    [undefined, /options must be a plain object/],
    [{}, /options.address must be the address of a scheduler/],
    [{ address: ADDRESS, nthread: 1 }, /'nthread' is not known. Did you mean 'nthreads'/],
    [{ address: ADDRESS, memoryLimit: 'much' }, /options.memoryLimit must be bytes/],
    [{ address: ADDRESS, preload: 'a' }, /options.preload must be a list/],
    [{ address: ADDRESS, listenAddress: 'here' }, /options.listenAddress must be like/],
    [{ address: ADDRESS, listenAddress: 'tcp://a:1', host: 'b' }, /options.host goes with no listenAddress/],
    [{ address: ADDRESS, deathTimeout: 0 }, /options.deathTimeout must be more than 0/],
  ])('are refused whole: %j', (options, message) => {
    expect(() => checkOptions(options)).toThrow(message)
  })
})

describe('a worker that runs only modules', () => {
  test.each(['pkg', 'pkg/tasks', '@scope/pkg', '@scope/pkg/deep/tasks.js'])('runs those of %s', (module) => {
    expect(refusalOf({ kind: 'module', module, export: 'run' })).toBeUndefined()
  })

  test.each([
    'data:text/javascript,export default 1',
    'file:///etc/tasks.js',
    'https://far/tasks.js',
    'node:child_process',
    'child_process',
    'fs/promises',
    '/etc/tasks.js',
    './tasks.js',
    '../tasks.js',
    'pkg/../../tasks.js',
    'C:\\tasks.js',
    '#internal',
    '',
  ])('refuses %s', (module) => {
    expect(refusalOf({ kind: 'module', module, export: 'run' })).toMatch(/refuses the module/)
  })

  test('runs functions by name, and refuses those that are text', () => {
    expect(refusalOf({ kind: 'name', name: 'resize' })).toBeUndefined()
    expect(refusalOf({ kind: 'source', name: 'hidden', source: '() => 1' })).toMatch(/refuses 'hidden', which was sent as text/)
  })
})
