import { expect } from 'chai'
import type { TaskContext } from '../../../src/core/task-context.js'
import { cases } from '../case.js'
import { errorOf } from '../recorder.js'
import { overRunning } from './over-backends.js'

async function write(this: TaskContext, { filename }: { filename: string }, text: string): Promise<string> {
  await this.files.write(filename, text)
  return text
}
async function read(this: TaskContext, _before: unknown, { filename }: { filename: string }): Promise<string> {
  return new TextDecoder().decode(await this.files.read(filename))
}
// Their `this` is the task's context, which the types of a call do not show.
type Plain<F extends (...args: never[]) => unknown> = (...args: Parameters<F>) => ReturnType<F>
const [writes, reads] = [write as Plain<typeof write>, read as Plain<typeof read>]

export const files = [
  ...overRunning('files', {
    'one that a task made is there for the next': async ({ flow, daskflow: { InputFile, OutputFile } }) => {
      const engine = await flow()
      const made = engine.functionTask(writes)(new OutputFile('joshua.txt'), 'hello')
      const seen = engine.functionTask(reads)(made, new InputFile('joshua.txt'))
      expect(await seen).to.equal('hello')
      expect(seen.task.metadata).to.deep.equal({
        dependencies: [{ uid: 'task.000001', name: 'write' }],
        inputFiles: ['joshua.txt'],
        outputFiles: [],
      })
    },
    'two tasks that write one name do not disturb each other': async ({ flow, daskflow: { InputFile, OutputFile } }) => {
      const engine = await flow()
      const texts = ['one', 'two'].map((text) => {
        const made = engine.functionTask(writes)(new OutputFile('same.txt'), text)
        return engine.functionTask(reads)(made, new InputFile('same.txt')).result()
      })
      expect(await Promise.all(texts)).to.deep.equal(['one', 'two'])
    },
    'it goes on along a chain': async ({ flow, daskflow: { InputFile, OutputFile } }) => {
      const engine = await flow()
      async function double(this: TaskContext, _before: unknown, from: { filename: string }, to: { filename: string }) {
        const text = new TextDecoder().decode(await this.files.read(from.filename))
        await this.files.write(to.filename, text + text)
      }
      const step = engine.functionTask(double as Plain<typeof double>)
      const first = engine.functionTask(writes)(new OutputFile('a.txt'), 'x')
      const second = step(first, new InputFile('a.txt'), new OutputFile('b.txt'))
      const third = step(second, new InputFile('b.txt'), new OutputFile('b.txt'))
      expect(await engine.functionTask(reads)(third, new InputFile('b.txt'))).to.equal('xxxx')
    },
    'one that was promised and is not there fails the task that promised it': async ({ flow, daskflow: { OutputFile } }) => {
      const engine = await flow()
      const future = engine.functionTask(async (_file: unknown) => 1)(new OutputFile('never.txt'))
      const error = await errorOf(future.result())
      expect(error).to.include({ code: 'ERR_TASK_VALIDATION', uid: 'task.000001' })
      expect(error.message).to.match(/did not write 'never\.txt'/)
    },
    'two of one name are refused': async ({ flow, daskflow: { InputFile, OutputFile } }) => {
      const engine = await flow()
      const twice = engine.functionTask(async (..._: unknown[]) => 1)
      const paths = await errorOf(twice(new InputFile('/a/x.txt'), new InputFile('/b/x.txt')).result())
      expect(paths.message).to.match(/there is one 'x\.txt' in its folder, and it is at '\/a\/x\.txt' and at '\/b\/x\.txt'/)
      const made = ['one', 'two'].map((name) => engine.functionTask({ name }, writes)(new OutputFile('x.txt'), name))
      const makers = await errorOf(twice(...made, new InputFile('x.txt')).result())
      expect(makers.message).to.match(/'one' and 'two' both make it/)
    },
    'one that is nowhere fails the task that needs it': async ({ flow, daskflow: { InputFile } }) => {
      const engine = await flow()
      const error = await errorOf(engine.functionTask(reads)(null, new InputFile('nowhere.txt')).result())
      expect(error).to.include({ code: 'ERR_TASK_VALIDATION', uid: 'task.000001' })
      expect(error.message).to.match(/there is no file at .*nowhere\.txt/)
    },
    'a name that climbs is refused': async ({ flow, daskflow: { OutputFile } }) => {
      const engine = await flow()
      const climb = async function (this: TaskContext, _file: unknown) {
        await this.files.write('../x', 'a')
      }
      const error = await errorOf(
        engine
          .functionTask(climb as Plain<typeof climb>)(new OutputFile('x'))
          .result(),
      )
      expect(error.message).to.match(/'\.\.\/x' is no name of a file in its folder/)
    },
    'of a path, its last part is the name': async ({ daskflow: { InputFile, OutputFile } }) => {
      expect(new OutputFile('path/to/a.txt').filename).to.equal('a.txt')
      expect({ ...new InputFile('/path/to/a.txt') }).to.deep.equal({ filename: 'a.txt', filepath: '/path/to/a.txt' })
      for (const name of ['path/', '.', '..', 'a/..']) {
        const error = await errorOf(() => new OutputFile(name) as never)
        expect(error.message).to.equal(`Invalid filename, the path ${name} does not include a file`)
      }
      const error = await errorOf(() => new OutputFile('') as never)
      expect(error).to.include({ code: 'ERR_VALUE', message: 'Filename cannot be empty' })
    },
  }),
  ...cases('workflow, files', ['local', 'processes', 'filePaths'], {
    'an executable runs where its files are': async ({ engine, concurrent, daskflow: { InputFile, OutputFile } }) => {
      const flow = await engine({ backend: concurrent() })
      const made = flow.functionTask(writes)(new OutputFile('numbers.txt'), '3\n1\n2\n')
      const sort = flow.executableTask(async (_before: unknown, file: unknown) => `sort -n ${file}`)
      expect(await sort(made, new InputFile('numbers.txt'))).to.equal('1\n2\n3\n')
    },
    'an input is the own of the task that changes it': async ({ engine, concurrent, daskflow: { InputFile, OutputFile } }) => {
      const flow = await engine({ backend: concurrent() })
      const made = flow.functionTask(writes)(new OutputFile('a.txt'), 'one\n')
      const line = async (_before: unknown, file: unknown) => `sh -c 'echo two >> ${file}; cat ${file}'`
      const append = flow.executableTask({ taskDescription: { retries: 1 } }, line)
      expect(await append(made, new InputFile('a.txt'))).to.equal('one\ntwo\n')
      expect(await append(made, new InputFile('a.txt'))).to.equal('one\ntwo\n')
      expect(await flow.functionTask(reads)(made, new InputFile('a.txt'))).to.equal('one\n')
    },
    'what an executable makes is there for the next': async ({ engine, concurrent, daskflow: { InputFile, OutputFile } }) => {
      const flow = await engine({ backend: concurrent() })
      const touch = flow.executableTask(async (file: unknown) => `sh -c 'echo hello > ${file}'`)
      const made = touch(new OutputFile('out.txt'))
      expect(await flow.functionTask(reads)(made, new InputFile('out.txt'))).to.equal('hello\n')
    },
    'one that an executable promised and did not make fails it': async ({ engine, concurrent, daskflow: { OutputFile } }) => {
      const flow = await engine({ backend: concurrent() })
      const error = await errorOf(
        flow
          .executableTask(async (_file: unknown) => 'true')(new OutputFile('out.txt'))
          .result(),
      )
      expect(error.message).to.match(/did not write 'out\.txt'/)
    },
    'files go from one backend to another': async ({ engine, concurrent, make, daskflow: { InputFile, OutputFile } }) => {
      const flow = await engine({ backend: [make(), concurrent({ name: 'local' })] })
      const made = flow.functionTask(writes)(new OutputFile('a.txt'), 'b\na\n')
      const sort = flow.executableTask({ backend: 'local' }, async (_before: unknown, file: unknown) => `sort ${file}`)
      expect(await sort(made, new InputFile('a.txt'))).to.equal('a\nb\n')
    },
    'what an executable writes is captured in files': async ({ engine, concurrent }) => {
      const flow = await engine({ backend: concurrent() })
      const future = flow.executableTask({ captureStdio: true }, async () => 'echo hello')()
      const path = await future
      expect(path.endsWith(`/${flow.uid}/task.000001.stdout`)).to.equal(true)
      expect(future.task.stderr).to.equal(path.replace(/stdout$/, 'stderr'))
      expect(await flow.executableTask(async () => `cat '${path}'`)()).to.equal('hello\n')
    },
  }),
]
