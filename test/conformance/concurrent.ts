import { expect } from 'chai'
import { cases, type TaskRecord } from './case.js'
import { errorOf, exceptionOf, Recorder, runOne, runTasks } from './recorder.js'

const never = async () => new Promise<void>(() => {})

interface ExecutionError extends Error {
  readonly code?: string
  readonly exitCode?: number
  readonly signal?: string
  readonly cause?: unknown
}

const sh = (uid: string, script: string, kwargs?: TaskRecord['taskBackendSpecificKwargs']): TaskRecord => ({
  uid,
  executable: 'sh',
  arguments: ['-c', script],
  ...(kwargs && { taskBackendSpecificKwargs: kwargs }),
})

export const concurrent = [
  ...cases('concurrent', ['local'], {
    'a closure runs on this thread, with its arguments as they are': async ({ concurrent }) => {
      const seen: unknown[] = []
      const argument = { fn: never }
      const task = await runOne(concurrent(), async (given: unknown) => seen.push(given), argument)
      expect([task.state, task.returnValue, seen[0] === argument]).to.deep.equal(['DONE', 1, true])
    },
    'so many run at a time as concurrency says, in order': async ({ concurrent }) => {
      const opens: (() => void)[] = []
      const wait = async () => new Promise<void>((resolve) => void opens.push(resolve))
      const backend = concurrent({ concurrency: 2 })
      const recorder = new Recorder(backend)
      await backend.submitTasks(['a', 'b', 'c'].map((uid) => ({ uid, function: wait })))
      expect(recorder.events).to.deep.equal(['a RUNNING', 'b RUNNING'])
      opens[0]?.()
      await recorder.reached('c', 'RUNNING')
      for (const open of opens) open()
      await recorder.ended(['a', 'b', 'c'])
    },
    'one that waits is cancelled, one that runs is told': async ({ concurrent }) => {
      let told: unknown
      async function heed(this: { readonly signal: AbortSignal }) {
        this.signal.addEventListener('abort', () => {
          told = this.signal.reason
        })
        await never()
      }
      const backend = concurrent({ concurrency: 1 })
      const recorder = new Recorder(backend)
      await backend.submitTasks(['runs', 'waits'].map((uid) => ({ uid, function: heed })))
      expect(await backend.cancelTask('waits')).to.equal(true)
      expect(await backend.cancelTask('runs')).to.equal(true)
      expect(await backend.cancelTask('runs')).to.equal(false)
      expect(recorder.events).to.deep.equal(['runs RUNNING', 'waits CANCELED', 'runs CANCELED'])
      expect(told).to.have.property('code', 'ERR_TASK_CANCELED')
    },
    'a task that takes longer than its timeout fails': async ({ concurrent }) => {
      const task: TaskRecord = { uid: 'task', function: never, taskBackendSpecificKwargs: { timeout: 10 } }
      await runTasks(concurrent(), [task])
      expect(exceptionOf(task).code).to.equal('ERR_TASK_TIMEOUT')
    },
    'a name and a function that is not async are refused': async ({ concurrent }) => {
      for (const fn of ['resize', () => 1]) {
        const error = exceptionOf(await runOne(concurrent(), fn))
        expect(error.code).to.equal('ERR_VALUE')
        expect(error.message).to.match(/^ConcurrentExecutionBackend only supports async functions\. /)
      }
    },
    'a prompt is answered by the option prompt': async ({ concurrent }) => {
      const task: TaskRecord = { uid: 'task', prompt: 'hello' }
      await runTasks(concurrent({ prompt: async (text) => `${text} you` }), [task])
      expect(task).to.include({ state: 'DONE', returnValue: 'hello you', stdout: 'hello you' })
    },
    'without it a prompt fails': async ({ concurrent }) => {
      const task: TaskRecord = { uid: 'task', prompt: 'hello' }
      await runTasks(concurrent(), [task])
      expect(exceptionOf(task).code).to.equal('ERR_NOT_SUPPORTED')
      expect(exceptionOf(task).message).to.match(/^LocalExecutionBackend does not support prompt_task\. /)
    },
    'a DaskExecutionBackend takes no prompt': async ({ start }) => {
      const task: TaskRecord = { uid: 'task', prompt: 'hello' }
      await runTasks(await start({ nWorkers: 1 }), [task])
      expect(exceptionOf(task)).to.include({
        code: 'ERR_VALUE',
        message: 'DaskExecutionBackend does not support prompt tasks',
      })
    },
    'a shutdown cancels what is live, and then nothing is taken': async ({ concurrent }) => {
      const backend = concurrent({ concurrency: 1 })
      const recorder = new Recorder(backend)
      await backend.submitTasks(['a', 'b'].map((uid) => ({ uid, function: never })))
      await backend.shutdown()
      expect(recorder.events).to.deep.equal(['a RUNNING', 'a CANCELED', 'b CANCELED'])
      expect((await errorOf(backend.submitTasks([]))).code).to.equal('ERR_CLOSED')
      await backend.start()
      expect((await runOne(backend, async () => 1)).returnValue).to.equal(1)
    },
    'an executable runs, or fails naming the capability that is missing': async ({ concurrent, ConcurrentBackend, daskflow }) => {
      const task: TaskRecord = { uid: 'task', executable: 'echo', arguments: ['hello'] }
      const recorder = await runTasks(concurrent(), [task])
      if (ConcurrentBackend.runtime.processes !== undefined) {
        expect(task).to.include({ state: 'DONE', stdout: 'hello\n' })
        return
      }
      const error = exceptionOf(task)
      expect(recorder.statesOf('task')).to.deep.equal(['FAILED'])
      expect(error).to.be.instanceOf(daskflow.ClusterError)
      expect(error.code).to.equal('ERR_NOT_SUPPORTED')
      expect(error.message).to.contain("the capability 'processes'")
      expect(task.stderr).to.equal(error)
    },
  }),
  ...cases('concurrent', ['local', 'modules'], {
    'a function of a module is imported here': async ({ concurrent, daskflow: { moduleFunction }, fixtures }) => {
      const task = await runOne(concurrent(), moduleFunction(new URL('tasks.js', fixtures), 'syncDouble'), 21)
      expect(task).to.include({ state: 'DONE', returnValue: 42 })
    },
    'getTaskContext() in a module finds the context, too': async ({ concurrent, daskflow: { moduleFunction }, fixtures }) => {
      const task = await runOne(concurrent(), moduleFunction(new URL('tasks.js', fixtures), 'uidBefore'))
      expect(task.returnValue).to.equal(task.uid)
    },
  }),
  ...cases('concurrent', ['local', 'modules', 'asyncContext'], {
    'each task finds its own, after it has waited, too': async ({ concurrent, daskflow: { moduleFunction }, fixtures }) => {
      const fn = moduleFunction(new URL('tasks.js', fixtures), 'uidsAround')
      const tasks: TaskRecord[] = ['a', 'b', 'c'].map((uid) => ({ uid, function: fn }))
      await runTasks(concurrent(), tasks)
      expect(tasks.map(({ returnValue }) => returnValue)).to.deep.equal(['a', 'b', 'c'].map((uid) => [uid, uid]))
    },
  }),
]

export const executables = cases('executables', ['local', 'processes'], {
  'it is RUNNING, then DONE with what it wrote': async ({ concurrent }) => {
    const task = sh('task', 'printf out; printf err >&2')
    const recorder = await runTasks(concurrent(), [task])
    expect(recorder.statesOf('task')).to.deep.equal(['RUNNING', 'DONE'])
    expect(task).to.include({ stdout: 'out', stderr: 'err', exitCode: 0 })
  },
  'arguments arrive as they are, with a shell too': async ({ concurrent }) => {
    const args = ['two words', `'"quoted"'`, '$HOME', 'a\nb', '*', '; exit 3', 'é😀']
    const tasks: TaskRecord[] = [
      { uid: 'plain', executable: 'printf', arguments: ['<%s>', ...args] },
      { uid: 'shell', executable: 'F="<%s>"; printf "$F"', arguments: args, taskBackendSpecificKwargs: { shell: true } },
    ]
    await runTasks(concurrent(), tasks)
    const all = args.map((arg) => `<${arg}>`).join('')
    expect(tasks.map(({ stdout }) => stdout)).to.deep.equal([all, all])
  },
  'another exit code than 0 is FAILED, and so is the end by a signal': async ({ concurrent, daskflow }) => {
    const tasks = [sh('code', 'echo out; echo why >&2; exit 3'), sh('signal', 'kill -KILL $$')]
    await runTasks(concurrent(), tasks)
    const [code, signal] = tasks.map((task) => exceptionOf<ExecutionError>(task))
    expect(tasks[0]).to.include({ stdout: 'out\n', stderr: 'why\n', exitCode: 3 })
    expect(code).to.be.instanceOf(daskflow.TaskExecutionError)
    expect(code).to.include({ code: 'ERR_TASK_EXECUTION', exitCode: 3 })
    expect(code?.message).to.contain('exit code 3: why')
    expect(signal).to.include({ signal: 'SIGKILL' })
    expect(tasks[1]).not.to.have.property('exitCode')
  },
  'a missing command is told from a missing folder': async ({ concurrent }) => {
    const tasks: TaskRecord[] = [
      { uid: 'command', executable: 'no-such-command' },
      sh('folder', 'true', { cwd: '/no/such/folder' }),
    ]
    await runTasks(concurrent(), tasks)
    const [command, folder] = tasks.map((task) => exceptionOf<ExecutionError>(task))
    expect(command?.message).to.contain("there is no command 'no-such-command'")
    expect(command?.cause).to.have.property('code', 'ENOENT')
    expect(folder?.message).to.contain("there is no folder '/no/such/folder'")
  },
  'cwd and env': async ({ concurrent }) => {
    const task = sh('task', 'pwd; echo "$ADDED:$HOME"', { cwd: '/', env: { ADDED: 'yes', HOME: undefined } })
    await runTasks(concurrent(), [task])
    expect(task.stdout).to.equal('/\nyes:\n')
  },
  'it has nothing to read': async ({ concurrent }) => {
    const task: TaskRecord = { uid: 'task', executable: 'cat' }
    await runTasks(concurrent(), [task])
    expect(task).to.include({ state: 'DONE', stdout: '' })
  },
  'much output arrives, every character of it': async ({ concurrent }) => {
    const task = sh('task', 'yes 0123456789é😀 | head -c 17000000')
    await runTasks(concurrent(), [task])
    const line = '0123456789é😀\n'
    expect(task.stdout === line.repeat(1_000_000)).to.equal(true)
  },
  'a cancelled one is ended with what it started, whatever they think of it': async ({ concurrent }) => {
    const backend = concurrent({ cancelGrace: 100 })
    const recorder = new Recorder(backend)
    const made = sh('made', 'mktemp -u')
    await runTasks(backend, [made])
    const begun = String(made.stdout).trim()
    const child = `(trap "" TERM; touch ${begun}; while :; do sleep 0.05; done) & echo $!`
    const task = sh('task', `trap "" TERM; ${child}; while :; do sleep 0.05; done`)
    await backend.submitTasks([task])
    await runTasks(backend, [sh('begun', `while ! [ -e ${begun} ]; do sleep 0.02; done; rm ${begun}`)])
    expect(await backend.cancelTask('task')).to.equal(true)
    expect(recorder.statesOf('task')).to.deep.equal(['RUNNING', 'CANCELED'])
    // What has ended may still be in the table.
    const asks = sh('asks', `grep '^State:' /proc/${String(task.stdout).trim()}/status | grep -v Z`)
    await runTasks(backend, [asks])
    expect([asks.state, asks.stdout]).to.deep.equal(['FAILED', ''])
  },
  'a timeout ends it, and keeps what it wrote': async ({ concurrent }) => {
    const task = sh('task', 'echo begun; exec sleep 100', { timeout: 1_000 })
    await runTasks(concurrent(), [task])
    expect(exceptionOf(task).code).to.equal('ERR_TASK_TIMEOUT')
    expect(task.stdout).to.equal('begun\n')
  },
  'captureStdio writes to files': async ({ concurrent }) => {
    const backend = concurrent()
    const folder = sh('folder', 'mktemp -d')
    await runTasks(backend, [folder])
    const path = String(folder.stdout).trim()
    backend.attach({ uid: 'engine', path: `${path}/session` })
    const task: TaskRecord = { ...sh('task', 'echo out; echo err >&2'), captureStdio: true }
    await runTasks(backend, [task])
    expect(task).to.include({ stdout: `${path}/session/task.stdout`, stderr: `${path}/session/task.stderr` })
    const read = sh('read', `cat ${task.stdout} ${task.stderr}; rm -r ${path}`)
    await runTasks(backend, [read])
    expect(read.stdout).to.equal('out\nerr\n')
  },
  'a shutdown ends what runs': async ({ concurrent }) => {
    const backend = concurrent({ cancelGrace: 100 })
    const recorder = new Recorder(backend)
    await backend.submitTasks([sh('task', 'while :; do sleep 0.05; done')])
    await backend.shutdown()
    expect(recorder.statesOf('task')).to.deep.equal(['RUNNING', 'CANCELED'])
  },
})
