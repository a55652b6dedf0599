import { expect } from 'chai'
import type { TelemetryEvent } from '../../../src/workflow/telemetry.js'
import { cases } from '../case.js'
import { errorOf } from '../recorder.js'
import { overAll, overOwn } from './over-backends.js'

const inc = async (n: number) => n + 1
const never = async () => new Promise<number>(() => {})
const boom = async (): Promise<number> => {
  throw new RangeError('on purpose')
}

export const backends = [
  ...overOwn('several backends', {
    'a task goes to the one it names, else to the first': async ({ engine, backend, daskflow }) => {
      const flow = await engine({ backend: [backend('compute'), new daskflow.NoopExecutionBackend({ name: 'dry' })] })
      const task = flow.functionTask(inc)
      expect([flow.backend.name, await task(0), await task.with({ backend: 'dry' })(0)]).to.deep.equal([
        'compute',
        1,
        'Dummy Output',
      ])
    },
    'values go from one to another': async ({ engine, backend, concurrent }) => {
      const flow = await engine({ backend: [backend('compute'), concurrent({ name: 'local' })] })
      const [there, here] = [flow.functionTask(inc), flow.functionTask({ backend: 'local' }, inc)]
      expect(await there(here(there(here(0))))).to.equal(4)
    },
    'a cancel goes to the one that runs it': async ({ engine, backend, concurrent }) => {
      const flow = await engine({ backend: [concurrent({ name: 'first' }), backend('owner')] })
      const telemetry = await flow.startTelemetry()
      const future = flow.functionTask({ backend: 'owner' }, never)()
      await new Promise<void>((resolve) => {
        telemetry.subscribe(({ eventType }) => eventType === 'TaskStarted' && resolve())
      })
      future.cancel()
      expect(await errorOf(future.result())).to.have.property('code', 'ERR_TASK_CANCELED')
    },
  }),
  ...overAll('a life', {
    'a backend that is not started is started, and shut down at the end': async ({ engine, backend }) => {
      const own = backend()
      const flow = await engine({ backend: own })
      expect(await own.state()).to.equal('CONNECTED')
      await flow.shutdown()
      expect(await own.state()).to.equal('DISCONNECTED')
    },
    'one that is to stay is used by the next engine': async ({ engine, backend }) => {
      const own = backend()
      const first = await engine({ backend: own })
      await first.shutdown({ skipExecutionBackend: true })
      expect(await own.state()).to.equal('CONNECTED')
      const second = await engine({ backend: own })
      await second.functionTask(inc)(0)
    },
    'two engines cannot use one at a time': async ({ engine, backend }) => {
      const own = backend()
      await engine({ backend: own })
      const error = await errorOf(engine({ backend: own }))
      expect(error).to.have.property('code', 'ERR_VALUE')
      expect(error.message).to.match(/is used by another engine/)
      expect(await own.state()).to.equal('CONNECTED')
    },
    'two of one name are refused': async ({ engine, backend }) => {
      const error = await errorOf(engine({ backend: [backend('a'), backend('a')] }))
      expect(error).to.have.property('code', 'ERR_RESOURCES')
      expect(error.message).to.match(/there is a backend 'a' already/)
    },
    'what is no backend is refused': async ({ engine }) => {
      for (const backend of [{}, [], null, 'dask']) {
        expect(await errorOf(engine({ backend: backend as never }))).to.have.property('code', 'ERR_RESOURCES')
      }
    },
    'options that are not known are refused': async ({ engine, backend }) => {
      const error = await errorOf(engine({ backend: backend(), workdir: '/' } as never))
      expect(error.message).to.match(/'workdir' is not known\. Did you mean 'workDir'\?/)
    },
    'a name that leads elsewhere is refused': async ({ engine, backend }) => {
      for (const uid of ['..', '../a', 'a/b', '', '.']) {
        expect(await errorOf(engine({ backend: backend(), uid }))).to.have.property('code', 'ERR_RESOURCES')
      }
    },
    'an engine has a name of its own': async ({ flow }) => {
      const engine = await flow()
      expect(engine.uid).to.match(/^asyncflow\.session\.[0-9a-f]{8}$/)
      expect(engine.backend.session.path.endsWith(`/${engine.uid}`)).to.equal(true)
    },
    'a shutdown may be asked for any number of times': async ({ flow }) => {
      const engine = await flow()
      await Promise.all([engine.shutdown(), engine.shutdown(), engine[Symbol.asyncDispose]?.()])
      await engine.shutdown()
    },
  }),
  ...overOwn('telemetry', {
    'tells of a task from its call to its end, in order': async ({ flow }) => {
      const engine = await flow()
      const events: TelemetryEvent[] = []
      await engine.startTelemetry({ onEvent: (event) => events.push(event) })
      const first = engine.functionTask({ name: 'first' }, inc)(0)
      await engine.workflowScope('night', async () => engine.functionTask({ name: 'second' }, inc)(first))
      const of = (id: string) => events.filter(({ taskId }) => taskId === id)
      const all = ['TaskCreated', 'asyncflow.TaskResolved', 'TaskQueued', 'TaskSubmitted', 'TaskStarted', 'TaskCompleted']
      expect(of('task.000001').map(({ eventType }) => eventType)).to.deep.equal(all)
      expect(of('task.000002').map(({ eventType }) => eventType)).to.deep.equal(all)
      expect(of('task.000002')[0]?.attributes).to.include({ name: 'second', 'asyncflow.workflow_id': 'night' })
      expect(of('task.000002')[0]?.attributes.depends_on).to.deep.equal(['task.000001'])
      const { eventId, eventTime, sessionId, backend } = events[0] as TelemetryEvent
      expect([eventId, typeof eventTime, sessionId, backend]).to.deep.equal([1, 'number', engine.uid, engine.backend.name])
    },
    'tells of failures and cancels': async ({ flow }) => {
      const engine = await flow()
      const telemetry = await engine.startTelemetry()
      const ends: string[] = []
      telemetry.subscribe(({ eventType, taskId, attributes }) => {
        if (/Failed|Canceled/.test(eventType)) ends.push(`${taskId} ${eventType} ${attributes.error_type ?? ''}`)
      })
      await engine.functionTask(boom)().exception()
      const waits = engine.functionTask(inc)(engine.functionTask(never)())
      waits.cancel()
      expect(ends).to.deep.equal(['task.000001 TaskFailed RangeError', 'task.000003 TaskCanceled '])
    },
    'sums up': async ({ flow }) => {
      const engine = await flow()
      const telemetry = await engine.startTelemetry()
      await Promise.all([1, 2, 3].map((n) => engine.functionTask(inc)(n)))
      const { sessionId, events, durationSeconds } = telemetry.summary()
      expect([sessionId, events.TaskCompleted, durationSeconds.count]).to.deep.equal([engine.uid, 3, 3])
    },
    'tells what users tell, and nothing once it was stopped': async ({ flow }) => {
      const engine = await flow()
      const types: string[] = []
      const telemetry = await engine.startTelemetry({ onEvent: ({ eventType }) => types.push(eventType) })
      telemetry.emit('mine', { attributes: { a: 1 } })
      await telemetry.stop()
      telemetry.emit('mine')
      await engine.functionTask(inc)(0)
      expect(types).to.deep.equal(['mine'])
    },
  }),
  ...cases('workflow, checkpoints', ['local', 'filePaths'], {
    'each event is a line of a file': async ({ engine, concurrent }) => {
      const flow = await engine({ backend: concurrent() })
      await flow.startTelemetry({ checkpointPath: 'telemetry' })
      const one = flow.functionTask({ name: 'one' }, inc)(0)
      await flow.functionTask(inc)(one)
      await flow.shutdown()
      const reader = await engine({ backend: concurrent() })
      const text = await reader.executableTask(async () => `cat '${flow.workDir}/telemetry/${flow.uid}.jsonl'`)()
      const events: readonly TelemetryEvent[] = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(events.map(({ eventId }) => eventId)).to.deep.equal(events.map((_, i) => i + 1))
      expect(events.filter(({ eventType }) => eventType === 'TaskCompleted')).to.have.length(2)
      expect(events[0]?.attributes.name).to.equal('one')
    },
  }),
  ...cases('workflow, callbacks', ['local'], {
    'what is not known, or comes late, is ignored, and told to who debugs': async ({ engine, daskflow }) => {
      const debug: string[] = []
      const logger = { warn: () => {}, error: () => {}, debug: (...said: unknown[]) => debug.push(said.join(' ')) }
      class Own extends daskflow.NoopExecutionBackend {
        tell(uid: string, state: string): void {
          this.report({ uid }, state as never)
        }
      }
      const own = new Own()
      const flow = await engine({ backend: own, logger })
      const future = flow.functionTask(inc)(0)
      await future
      own.tell('task.000001', 'FAILED')
      own.tell('task.000099', 'DONE')
      own.tell('task.000001', 'STAGING')
      expect([future.state, debug.length]).to.deep.equal(['DONE', 3])
      expect(debug[1]).to.match(/a state of task 'task\.000099', told by backend 'noop': DONE$/)
    },
  }),
]
