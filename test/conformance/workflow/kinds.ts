import { expect } from 'chai'
import { cases } from '../case.js'
import { errorOf } from '../recorder.js'
import { overAll } from './over-backends.js'

const inc = async (n: number) => n + 1

export const kinds = [
  ...cases('workflow, executables', ['local', 'processes'], {
    'the result is what it wrote': async ({ engine, concurrent }) => {
      const flow = await engine({ backend: concurrent() })
      expect(await flow.executableTask(async (text: string) => `echo "${text}" 'a  b'`)('hello  you')).to.equal(
        'hello  you a  b\n',
      )
    },
    'its body gets the values of futures': async ({ engine, concurrent }) => {
      const flow = await engine({ backend: concurrent() })
      const line = flow.executableTask(async (n: number) => `echo ${n}`)
      expect(await line(flow.functionTask(inc)(1))).to.equal('2\n')
    },
    'a shell reads it where that is asked for': async ({ engine, concurrent }) => {
      const flow = await engine({ backend: concurrent() })
      const line = flow.executableTask({ taskDescription: { shell: true } }, async () => 'echo one; echo two | tr a-z A-Z')
      expect(await line()).to.equal('one\nTWO\n')
    },
    'one that fails says how': async ({ engine, concurrent }) => {
      const flow = await engine({ backend: concurrent() })
      const error = await errorOf<Error & { exitCode?: number }>(
        flow
          .executableTask(async () => `sh -c 'exit 3'`)()
          .result(),
      )
      expect(error).to.include({ code: 'ERR_TASK_EXECUTION', exitCode: 3 })
    },
    'one that is cancelled is ended': async ({ engine, concurrent }) => {
      const flow = await engine({ backend: concurrent() })
      const telemetry = await flow.startTelemetry()
      const future = flow.executableTask(async () => 'sleep 1000')()
      await new Promise<void>((resolve) => {
        telemetry.subscribe(({ eventType }) => eventType === 'TaskStarted' && resolve())
      })
      future.cancel('enough')
      expect(await errorOf(future.result())).to.include({ code: 'ERR_TASK_CANCELED', cause: 'enough' })
    },
  }),
  ...cases('workflow, executables', ['local'], {
    'a DaskExecutionBackend says that it takes none': async ({ engine, make }) => {
      const flow = await engine({ backend: make() })
      const error = await errorOf(
        flow
          .executableTask(async () => 'echo')()
          .result(),
      )
      expect(error).to.include({ code: 'ERR_VALUE', message: 'DaskExecutionBackend does not support executable tasks' })
    },
  }),
  ...cases('workflow, prompts', ['local'], {
    'the result is the response': async ({ engine, concurrent }) => {
      const flow = await engine({ backend: concurrent({ prompt: async (text) => text.toUpperCase() }) })
      const ask = flow.promptTask(async (n: number) => `what is ${n}?`)
      expect(await ask(flow.functionTask(inc)(1))).to.equal('WHAT IS 2?')
    },
    'a backend without a model says so': async ({ engine, concurrent }) => {
      const flow = await engine({ backend: concurrent() })
      const error = await errorOf(
        flow
          .promptTask(async () => 'why?')()
          .result(),
      )
      expect(error.message).to.match(/^LocalExecutionBackend does not support prompt_task\./)
    },
  }),
  ...overAll('bodies that run here', {
    'a command line that is none fails its task': async ({ flow }) => {
      const engine = await flow()
      for (const text of [null, '', '   ', "''", 1]) {
        const error = await errorOf(
          engine
            .executableTask({ name: 'line' }, (async () => text) as never)()
            .result(),
        )
        expect(error.message).to.equal("Executable task 'line' must return a non-empty command string")
      }
    },
    'a quote that is not closed fails its task': async ({ flow }) => {
      const engine = await flow()
      const error = await errorOf(
        engine
          .executableTask({ name: 'line' }, async () => 'echo "a')()
          .result(),
      )
      expect(error.message).to.match(/command line of executable task 'line' cannot be read/)
    },
    'a prompt that is none fails its task': async ({ flow }) => {
      const engine = await flow()
      for (const text of [null, '', 1]) {
        const error = await errorOf(
          engine
            .promptTask({ name: 'ask' }, (async () => text) as never)()
            .result(),
        )
        expect(error.message).to.equal("Prompt task 'ask' must return a non-empty string prompt")
      }
    },
    'what a body throws fails its task': async ({ flow }) => {
      const engine = await flow()
      const body = async (): Promise<string> => {
        throw new RangeError('on purpose')
      }
      expect(await errorOf(engine.executableTask(body)().result())).to.be.instanceOf(RangeError)
      expect(await errorOf(engine.promptTask(body)().result())).to.be.instanceOf(RangeError)
    },
    'a description of the call is merged into that of the definition': async ({ flow }) => {
      const engine = await flow()
      const task = engine.functionTask({ taskDescription: { priority: 1, retries: 2 } }, inc)
      const future = task.with({ taskDescription: { priority: 3 } })(0)
      expect(future.task.taskBackendSpecificKwargs).to.include({ priority: 3, retries: 2 })
      expect(task(0).task.taskBackendSpecificKwargs).to.include({ priority: 1, retries: 2 })
    },
  }),
  ...cases('workflow, a dry run', ['local'], {
    'runs nothing on a backend': async ({ engine }) => {
      const flow = await engine({ dryRun: true })
      const values = [
        flow.functionTask(inc)(0),
        flow.executableTask(async () => 'echo')(),
        flow.promptTask(async () => 'why?')(),
        flow.block(async () => 'here')(),
      ]
      expect(await Promise.all(values)).to.deep.equal(['Dummy Output', 'Dummy Output', 'Dummy Prompt Output', 'here'])
      expect(flow.backend.name).to.equal('noop')
    },
    'looks for no files': async ({ engine, daskflow: { InputFile, OutputFile } }) => {
      const flow = await engine({ dryRun: true })
      const make = flow.executableTask(async (file: InstanceType<typeof OutputFile>) => `make ${file}`)
      const use = flow.executableTask(async (_made: unknown, ...files: InstanceType<typeof InputFile>[]) => `cat ${files}`)
      const made = make(new OutputFile('made.txt'))
      const future = use(made, new InputFile('made.txt'), new InputFile('/not/there.txt'))
      expect([await future, future.task.arguments]).to.deep.equal(['Dummy Output', ['made.txt,there.txt']])
    },
    'knows what was to be run': async ({ engine }) => {
      const flow = await engine({ dryRun: true })
      const future = flow.executableTask(async () => '"/usr/my tool" --name "a b"')()
      await future
      const { executable, arguments: args, function: fn } = future.task
      expect([executable, args, fn]).to.deep.equal(['/usr/my tool', ['--name', 'a b'], undefined])
    },
  }),
]
