import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConcurrentExecutionBackend, type TaskExecutionError, type TaskRecord } from 'daskflow'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Recorder, runTasks } from '../conformance/recorder.js'

let folder: string
let backend: ConcurrentExecutionBackend
const started: number[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daskflow-executables-'))
  backend = new ConcurrentExecutionBackend({ concurrency: 4, cancelGrace: 300 })
})

afterEach(async () => {
  await backend.shutdown()
  // A test that fails must not leave them running, either.
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  rmSync(folder, { recursive: true })
})

const NODE = process.execPath

const print = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))'

/** Runs one executable to its end. */
async function run(task: Omit<TaskRecord, 'uid'>): Promise<TaskRecord> {
  const record: TaskRecord = { uid: 'task', ...task }
  await runTasks(backend, [record])
  return record
}

const shell = (script: string, kwargs?: TaskRecord['taskBackendSpecificKwargs']): Omit<TaskRecord, 'uid'> => ({
  executable: 'sh',
  arguments: ['-c', script],
  taskBackendSpecificKwargs: kwargs,
})

const failureOf = ({ exception }: TaskRecord) => exception as TaskExecutionError

/** Whether it runs; one that ended and that nobody has reaped does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** The ids of processes that a file holds, as soon as there are so many. */
async function idsIn(file: string, count: number): Promise<number[]> {
  const watcher = watch(folder)
  try {
    for (;;) {
      const ids = existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim().split(/\s+/).map(Number) : []
      if (ids.length >= count) {
        started.push(...ids)
        return ids
      }
      await once(watcher, 'change')
    }
  } finally {
    watcher.close()
  }
}

/** A task that runs for ever with a child of its own, and the ids of both. Neither minds SIGTERM, if so asked. */
async function startFamily(
  recorder: Recorder,
  { stubborn = false, kwargs = {} as TaskRecord['taskBackendSpecificKwargs'] } = {},
) {
  const trap = stubborn ? 'trap "" TERM;' : ''
  const script = `${trap} echo begun; (${trap} while :; do sleep 0.05; done) & echo $$ $! > '${folder}/pids.new'; mv '${folder}/pids.new' '${folder}/pids'; while :; do sleep 0.05; done`
  const task: TaskRecord = { uid: 'family', ...shell(script, kwargs) }
  await backend.submitTasks([task])
  await recorder.reached('family', 'RUNNING')
  return { task, pids: await idsIn('pids', 2) }
}

test('an executable is RUNNING, then DONE with what it wrote and its exit code', async () => {
  const task: TaskRecord = { uid: 'task', ...shell('printf out; printf err >&2') }
  const recorder = await runTasks(backend, [task])
  expect(recorder.statesOf('task')).toEqual(['RUNNING', 'DONE'])
  expect(task).toMatchObject({ stdout: 'out', stderr: 'err', exitCode: 0 })
  expect(task).not.toHaveProperty('returnValue')
})

test('arguments arrive as they are', async () => {
  const args = ['', ' two words ', `'"quoted"'`, '$HOME', '`id`', 'a\nb', '*', '\\', '--flag=é😀', '; exit 3']
  const { stdout } = await run({ executable: NODE, arguments: ['-e', print, '--', ...args] })
  expect(JSON.parse(String(stdout))).toEqual(args)
})

test('so they do with a shell, which reads the executable as the beginning of a command line', async () => {
  const args = ['', ' two words ', `'"quoted"'`, '$HOME', '`id`', 'a\nb', '*', '\\', '; exit 3']
  const { stdout } = await run({
    executable: `X=1 && '${NODE}' -e '${print}' -- $X`,
    arguments: args,
    taskBackendSpecificKwargs: { shell: true },
  })
  expect(JSON.parse(String(stdout))).toEqual(['1', ...args])
})

test('a shell does what a command line says', async () => {
  const task = await run({
    executable: 'echo "$GREETING" | tr a-z A-Z; exit 7',
    taskBackendSpecificKwargs: { shell: true, env: { GREETING: 'hi' } },
  })
  expect(task).toMatchObject({ state: 'FAILED', stdout: 'HI\n', exitCode: 7 })
})

test('without a shell a command line is the name of no command', async () => {
  const task = await run({ executable: 'echo hello' })
  expect(failureOf(task).message).toContain("there is no command 'echo hello'")
})

test('another exit code than 0 is FAILED with an error that says so, beside what was written', async () => {
  const task = await run(shell('echo out; echo first >&2; echo the last >&2; exit 3'))
  expect(task).toMatchObject({ state: 'FAILED', stdout: 'out\n', stderr: 'first\nthe last\n', exitCode: 3 })
  expect(failureOf(task)).toMatchObject({ name: 'TaskExecutionError', code: 'ERR_TASK_EXECUTION', uid: 'task', exitCode: 3 })
  expect(failureOf(task).stderr).toBe('first\nthe last')
  expect(failureOf(task).message).toMatch(/^Task 'task': 'sh -c .*' ended with exit code 3: the last$/s)
})

test('the error holds the last lines of stderr only', async () => {
  const task = await run(shell('i=0; while [ $i -lt 100 ]; do echo line $i >&2; i=$((i+1)); done; exit 1'))
  expect(failureOf(task).stderr.split('\n')).toEqual(Array.from({ length: 10 }, (_, i) => `line ${90 + i}`))
  expect(String(task.stderr).split('\n')).toHaveLength(101)
})

test('one that a signal ended is FAILED with its name and no exit code', async () => {
  const task = await run(shell('kill -KILL $$'))
  expect(task.state).toBe('FAILED')
  expect(task).not.toHaveProperty('exitCode')
  expect(failureOf(task)).toMatchObject({ signal: 'SIGKILL' })
  expect(failureOf(task).message).toContain('was ended by SIGKILL')
})

test('a missing command is FAILED with an error that names it', async () => {
  const task = await run({ executable: 'no-such-command', arguments: ['-x'] })
  expect(failureOf(task)).toMatchObject({ code: 'ERR_TASK_EXECUTION', uid: 'task', cause: { code: 'ENOENT' } })
  expect(failureOf(task).message).toBe(
    "Task 'task': 'no-such-command -x' could not be run: there is no command 'no-such-command'",
  )
})

test('a missing folder is told from a missing command', async () => {
  const task = await run({ ...shell('true'), taskBackendSpecificKwargs: { cwd: join(folder, 'nowhere') } })
  expect(failureOf(task).message).toContain(`there is no folder '${folder}/nowhere' to run it in`)
})

test('a file that may not be executed is told, too', async () => {
  const task = await run({ executable: join(folder, '..') })
  expect(failureOf(task).message).toContain('may not be executed')
})

test('it runs in the working directory, or in cwd', async () => {
  expect((await run({ executable: 'pwd' })).stdout).toBe(`${process.cwd()}\n`)
  expect((await run({ executable: 'pwd', taskBackendSpecificKwargs: { cwd: folder } })).stdout).toBe(`${folder}\n`)
})

test('env adds variables and takes them away', async () => {
  const { stdout, state } = await run(shell('echo "$HOME:$ADDED"; test -n "$PATH"', { env: { HOME: undefined, ADDED: 'yes' } }))
  expect([stdout, state]).toEqual([':yes\n', 'DONE'])
})

test('it has nothing to read, and does not wait for it', async () => {
  expect(await run({ executable: 'cat' })).toMatchObject({ state: 'DONE', stdout: '' })
})

test('a character that is spread over chunks is one', async () => {
  const { stdout } = await run(shell("printf '\\342\\202'; sleep 0.05; printf '\\254'"))
  expect(stdout).toBe('€')
})

test('100 MB of output arrive', async () => {
  const { stdout } = await run(shell('yes 0123456789abcde | head -c 104857600'))
  expect(String(stdout)).toHaveLength(104_857_600)
  expect(String(stdout).endsWith('0123456789abcde\n')).toBe(true)
})

test('captureStdio writes what it writes to files, and the record holds their paths', async () => {
  backend.attach({ uid: 'engine', path: join(folder, 'session') })
  const task = await run({ ...shell('echo out; echo err >&2; exit 4'), captureStdio: true })
  expect(task).toMatchObject({
    state: 'FAILED',
    exitCode: 4,
    stdout: `${folder}/session/task.stdout`,
    stderr: `${folder}/session/task.stderr`,
  })
  expect(readFileSync(String(task.stdout), 'utf8')).toBe('out\n')
  expect(readFileSync(String(task.stderr), 'utf8')).toBe('err\n')
  expect(failureOf(task).stderr).toBe('err')
})

test('no uid leads to a file elsewhere', async () => {
  backend.attach({ uid: 'engine', path: join(folder, 'session') })
  const task: TaskRecord = { uid: '../../a', ...shell('echo out'), captureStdio: true }
  await runTasks(backend, [task])
  expect(task.stdout).toBe(`${folder}/session/..%2F..%2Fa.stdout`)
  expect(readFileSync(String(task.stdout), 'utf8')).toBe('out\n')
})

test('a cancelled one is ended with its children before CANCELED is reported', async () => {
  const recorder = new Recorder(backend)
  const { task, pids } = await startFamily(recorder)
  expect(pids.map(isAlive)).toEqual([true, true])
  let aliveThen: boolean[] | undefined
  backend.registerCallback(() => {
    aliveThen = pids.map(isAlive)
  })
  expect(await backend.cancelTask('family')).toBe(true)
  expect(recorder.statesOf('family')).toEqual(['RUNNING', 'CANCELED'])
  expect(aliveThen).toEqual([false, false])
  expect(task.stdout).toBe('begun\n')
  expect(await backend.cancelTask('family')).toBe(false)
})

test('one that does not mind SIGTERM is killed after cancelGrace, and so are its children', async () => {
  const { pids } = await startFamily(new Recorder(backend), { stubborn: true })
  const start = performance.now()
  expect(await backend.cancelTask('family')).toBe(true)
  expect(performance.now() - start).toBeGreaterThanOrEqual(290)
  expect(pids.map(isAlive)).toEqual([false, false])
})

test('children that outlive the command they belong to are ended with it', async () => {
  const recorder = new Recorder(backend)
  // It has no part in its pipes, whose end is therefore no sign of its end.
  const script = `(trap "" TERM; while :; do sleep 0.05; done) > /dev/null 2>&1 & echo $! $! > '${folder}/pids.new'; mv '${folder}/pids.new' '${folder}/pids'; while :; do sleep 0.05; done`
  await backend.submitTasks([{ uid: 'task', ...shell(script) }])
  const [child] = (await idsIn('pids', 2)) as [number]
  await backend.cancelTask('task')
  expect(isAlive(child)).toBe(false)
  expect(recorder.statesOf('task')).toEqual(['RUNNING', 'CANCELED'])
})

test('one that left its group is not waited for, though it has the pipes', async () => {
  const script = `setsid sh -c "echo \\$\\$ > '${folder}/pids.new'; mv '${folder}/pids.new' '${folder}/pids'; exec sleep 100" & while :; do sleep 0.05; done`
  await backend.submitTasks([{ uid: 'task', ...shell(script) }])
  const [pid] = (await idsIn('pids', 1)) as [number]
  expect(await backend.cancelTask('task')).toBe(true)
  expect(isAlive(pid)).toBe(true)
  process.kill(pid, 'SIGKILL')
})

test('two who cancel it both hear that it is cancelled, and it is reported once', async () => {
  const recorder = new Recorder(backend)
  await startFamily(recorder)
  expect(await Promise.all([backend.cancelTask('family'), backend.cancelTask('family')])).toEqual([true, true])
  expect(recorder.statesOf('family')).toEqual(['RUNNING', 'CANCELED'])
})

test('a timeout ends it and all it started, and keeps what it wrote', async () => {
  const recorder = new Recorder(backend)
  const { task, pids } = await startFamily(recorder, { kwargs: { timeout: 400 } })
  await recorder.ended(['family'])
  expect(recorder.statesOf('family')).toEqual(['RUNNING', 'FAILED'])
  expect(task.exception).toMatchObject({ code: 'ERR_TASK_TIMEOUT', uid: 'family' })
  expect(task.stdout).toBe('begun\n')
  expect(pids.map(isAlive)).toEqual([false, false])
})

test('a signal cancels it with its reason', async () => {
  const recorder = new Recorder(backend)
  const controller = new AbortController()
  const { task, pids } = await startFamily(recorder, { kwargs: { signal: controller.signal } })
  controller.abort('enough')
  await recorder.ended(['family'])
  expect(task).toMatchObject({ state: 'CANCELED', exception: { code: 'ERR_TASK_CANCELED', cause: 'enough' } })
  expect(pids.map(isAlive)).toEqual([false, false])
})

test('one that is cancelled as it starts does not run', async () => {
  const recorder = new Recorder(backend)
  backend.registerCallback((_, state) => state === 'RUNNING' && void backend.cancelTask('task'))
  await backend.submitTasks([{ uid: 'task', executable: 'touch', arguments: [join(folder, 'ran')] }])
  await recorder.ended(['task'])
  await backend.shutdown()
  expect(recorder.statesOf('task')).toEqual(['RUNNING', 'CANCELED'])
  expect(existsSync(join(folder, 'ran'))).toBe(false)
})

test('nor does one that is cancelled right after its submission', async () => {
  const recorder = new Recorder(backend)
  await backend.submitTasks([{ uid: 'task', executable: 'touch', arguments: [join(folder, 'ran')] }])
  expect(await backend.cancelTask('task')).toBe(true)
  expect(recorder.statesOf('task')).toEqual(['RUNNING', 'CANCELED'])
  await backend.shutdown()
  expect(existsSync(join(folder, 'ran'))).toBe(false)
})

test('a shutdown leaves no child running', async () => {
  const recorder = new Recorder(backend)
  const { pids } = await startFamily(recorder, { stubborn: true })
  await backend.shutdown()
  expect(pids.map(isAlive)).toEqual([false, false])
  expect(recorder.statesOf('family')).toEqual(['RUNNING', 'CANCELED'])
})

test('it is run again as often as retries says', async () => {
  const task = await run(shell(`echo x >> '${folder}/runs'; [ $(wc -l < '${folder}/runs') -ge 3 ]`, { retries: 2 }))
  expect(task).toMatchObject({ state: 'DONE', exitCode: 0 })
})

test('arguments that are no strings are refused by name', async () => {
  const task = await run({ executable: 'echo', arguments: ['a', 1] as never })
  expect(task.exception).toMatchObject({ code: 'ERR_TASK_VALIDATION', path: 'arguments[1]' })
})

const EXITS: readonly [how: string, statement: string, code: number | null, signal: string | null][] = [
  ['process.exit', 'process.exit(3)', 3, null],
  ['an error that nobody catches', "throw new Error('oops')", 1, null],
  ['SIGTERM', "process.kill(process.pid, 'SIGTERM')", null, 'SIGTERM'],
  ['SIGINT, as of Ctrl-C', "process.kill(process.pid, 'SIGINT')", null, 'SIGINT'],
]

test.each(EXITS)('no child outlives a process that ends by %s', async (_, statement, code, signal) => {
  const script = `
    import { ConcurrentExecutionBackend } from 'daskflow'
    import { existsSync } from 'node:fs'
    const script = "trap '' TERM INT; (while :; do sleep 0.05; done) & echo $$ $! > '${folder}/pids.new'; mv '${folder}/pids.new' '${folder}/pids'; while :; do sleep 0.05; done"
    await new ConcurrentExecutionBackend().submitTasks([{ uid: 'task', executable: 'sh', arguments: ['-c', script] }])
    const timer = setInterval(() => { if (existsSync('${folder}/pids')) { clearInterval(timer); ${statement} } }, 5)`
  const child = spawn(NODE, ['--input-type=module', '-e', script], { stdio: 'ignore' })
  expect(await once(child, 'exit')).toEqual([code, signal])
  const pids = await idsIn('pids', 2)
  // The system ends them in its own time.
  await expect.poll(() => pids.map(isAlive)).toEqual([false, false])
})

test('a program that listens for a signal decides itself what it means', async () => {
  const listener = () => {}
  process.on('SIGHUP', listener)
  const recorder = new Recorder(backend)
  const { pids } = await startFamily(recorder, { stubborn: false })
  process.kill(process.pid, 'SIGHUP')
  await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)))
  expect(pids.map(isAlive)).toEqual([true, true])
  process.off('SIGHUP', listener)
})

test('a process listens for its own end only while children run', async () => {
  const counts = () => ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'].map((event) => process.listenerCount(event))
  const before = counts()
  await Promise.all([run(shell('true')), runTasks(backend, [{ uid: 'other', executable: 'true' }])])
  expect(counts()).toEqual(before)
})
