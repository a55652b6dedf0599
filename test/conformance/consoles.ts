import { expect } from 'chai'
import type { LogEntry, TaskContext } from '../../src/index.js'
import { type Backend, cases } from './case.js'
import { Recorder, runOne, runTasks } from './recorder.js'

/** What is heard of the console: uid, level, text. */
function listen(backend: Backend, recorder: Recorder): void {
  backend.onLog((task, { level, args }: LogEntry) => recorder.note(`${task?.uid} ${level} ${args.join(' ')}`))
}

export const consoles = [
  ...cases('console', ['dask', 'ownConsole'], {
    'what a task prints comes with its uid and its level, in order and before its end': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      listen(backend, recorder)
      const talk = async () => {
        for (const level of ['debug', 'log', 'info', 'warn', 'error'] as const) console[level](level, 1)
        await new Promise<void>((resolve) => setTimeout(resolve, 1))
        console.log('later')
      }
      await backend.submitTasks([{ uid: 'task', function: talk }])
      await recorder.ended(['task'])
      expect(recorder.events).to.deep.equal([
        'task RUNNING',
        'task debug debug 1',
        'task log log 1',
        'task info info 1',
        'task warn warn 1',
        'task error error 1',
        'task log later',
        'task DONE',
      ])
    },
    'what is printed when no task runs comes without one': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const recorder = new Recorder(backend)
      listen(backend, recorder)
      const leaky = async () => {
        setTimeout(() => console.log('from nobody'), 20)
      }
      await runOne(backend, leaky)
      await recorder.until(() => recorder.events.includes('undefined log from nobody'))
    },
    'what cannot be cloned comes as its text': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const heard: unknown[] = []
      backend.onLog((_, { args }) => heard.push(...args))
      await runOne(backend, async () => console.log(Symbol('s'), { a: 1 }))
      expect(heard).to.deep.equal(['Symbol(s)', { a: 1 }])
    },
    'setup prints as no task': async ({ Backend }) => {
      const backend = new Backend({ nWorkers: 1, setup: async () => console.info('ready to go') })
      const recorder = new Recorder(backend)
      listen(backend, recorder)
      await backend.start()
      await recorder.until(() => recorder.events.includes('undefined info ready to go'))
      await backend.shutdown()
    },
  }),
  ...cases('console', ['dask', 'ownConsole', 'asyncContext'], {
    'tasks that run at a time in one worker are told apart': async ({ start }) => {
      const backend = await start({ nWorkers: 1, threadsPerWorker: 3 })
      const wrong: string[] = []
      backend.onLog((task, { args }) => {
        if (args[0] !== task?.uid) wrong.push(`${task?.uid}: ${String(args[0])}`)
      })
      const talk = async function (this: TaskContext) {
        for (let i = 0; i < 5; i++) {
          await new Promise<void>((resolve) => setTimeout(resolve, 1))
          console.log(this.uid)
        }
      }
      await runTasks(
        backend,
        [1, 2, 3].map((n) => ({ uid: `task.${n}`, function: talk })),
      )
      expect(wrong).to.deep.equal([])
    },
  }),
]
