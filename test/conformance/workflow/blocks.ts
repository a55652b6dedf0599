import { expect } from 'chai'
import type { BlockScope } from '../../../src/workflow/block.js'
import type { TaskFuture } from '../../../src/workflow/task-future.js'
import { cases } from '../case.js'
import { errorOf } from '../recorder.js'
import { overAll, overOwn } from './over-backends.js'

const inc = async (n: number) => n + 1
const never = async () => new Promise<number>(() => {})
const noop = async () => {}

export const blocks = [
  ...overOwn('blocks', {
    'a block runs here, and answers what it came to': async ({ flow }) => {
      const engine = await flow()
      const task = engine.functionTask(inc)
      const block = engine.block(async (n: number) => (await task(task(n))) * 10)
      expect(await block(block(0))).to.equal(220)
    },
    'a block may answer a future': async ({ flow }) => {
      const engine = await flow()
      const task = engine.functionTask(inc)
      expect(await engine.block(async () => task(0))()).to.equal(1)
    },
    'one that is cancelled cancels what it started, and that of its blocks': async ({ flow }) => {
      const engine = await flow()
      const members: TaskFuture[] = []
      const task = engine.functionTask(never)
      const inner = engine.block(async () => {
        members.push(task())
        return members.at(-1)
      })
      let started = noop as () => void
      const start = new Promise<void>((resolve) => {
        started = resolve
      })
      const outer = engine.block(async function (this: BlockScope) {
        const block = inner()
        members.push(block, task())
        await Promise.resolve()
        members.push(this.run(task))
        started()
        await block
      })
      const future = outer()
      await start
      expect(future.cancel('enough')).to.equal(true)
      expect(future.state).to.equal('CANCELLED')
      await Promise.all(members.map((member) => member.exception()))
      expect(members.map(({ state }) => state)).to.deep.equal(members.map(() => 'CANCELLED'))
    },
    'one that fails leaves what it started alone': async ({ flow }) => {
      const engine = await flow()
      let member: TaskFuture<number> | undefined
      const block = engine.block(async () => {
        member = engine.functionTask(inc)(0)
        throw new Error('on purpose')
      })
      expect(await errorOf(block().result())).to.have.property('message', 'on purpose')
      expect(await member).to.equal(1)
    },
    'one that is done leaves what it started alone': async ({ flow }) => {
      const engine = await flow()
      let member: TaskFuture<number> | undefined
      const block = engine.block(async () => {
        member = engine.functionTask(inc)(0)
      })()
      await block
      expect([block.cancel(), await member]).to.deep.equal([false, 1])
    },
    'one whose task is cancelled, and that heeds it not, is cancelled': async ({ flow }) => {
      const engine = await flow()
      const future = engine.block(async () => {
        const member = engine.functionTask(never)()
        member.cancel('enough')
        return member
      })()
      expect(await errorOf(future.result())).to.have.property('code', 'ERR_TASK_CANCELED')
      expect(future.state).to.equal('CANCELLED')
    },
  }),
  ...overAll('blocks', {
    'it is counted with the tasks, and is a group of its own': async ({ flow }) => {
      const engine = await flow()
      const task = engine.functionTask(inc)
      let member: TaskFuture<number> | undefined
      const future = engine.block(async () => {
        member = task(0)
        await member
      })()
      await future
      expect([future.uid, member?.uid, member?.task.workflowId]).to.deep.equal(['block.000001', 'task.000002', 'block.000001'])
    },
    'its body begins after its call has returned': async ({ flow }) => {
      const engine = await flow()
      let began = false
      const future = engine.block(async () => {
        began = true
      })()
      expect(began).to.equal(false)
      await future
      expect(began).to.equal(true)
    },
    'its code hears by its signal that it was cancelled, and can call nothing more': async ({ flow }) => {
      const engine = await flow()
      let call: (() => TaskFuture<number>) | undefined
      let reason: unknown
      let started = noop as () => void
      const start = new Promise<void>((resolve) => {
        started = resolve
      })
      const future = engine.block(async function (this: BlockScope) {
        const task = engine.functionTask(inc)
        call = () => this.run(task, 0)
        this.signal.addEventListener('abort', () => {
          reason = this.signal.reason
        })
        started()
        await new Promise<void>(() => {})
      })()
      await start
      future.cancel('enough')
      expect(reason).to.include({ code: 'ERR_TASK_CANCELED', cause: 'enough' })
      expect(await errorOf((call as unknown as () => TaskFuture)().result())).to.have.property('code', 'ERR_TASK_CANCELED')
    },
    'one that is cancelled before it began is not run': async ({ flow }) => {
      const engine = await flow()
      let began = false
      const future = engine.block(async () => {
        began = true
      })()
      future.cancel()
      await future.exception()
      expect(began).to.equal(false)
    },
  }),
  ...overAll('scopes', {
    'what is called in one gets its id': async ({ flow }) => {
      const engine = await flow()
      const task = engine.functionTask(inc)
      const future = await engine.workflowScope('night', async () => ({ future: task(0) }))
      expect(future.future.task.workflowId).to.equal('night')
      expect(task(0).task.workflowId).to.equal(undefined)
    },
    'one without an id gets one': async ({ flow }) => {
      const engine = await flow()
      expect(await engine.workflowScope(({ id }) => id)).to.match(/^wf-[0-9a-f]{8}$/)
    },
    'what is said at the call counts more': async ({ flow }) => {
      const engine = await flow()
      const task = engine.functionTask(inc)
      const { future } = await engine.workflowScope('night', async () => ({ future: task.with({ workflowId: 'day' })(0) }))
      expect(future.task.workflowId).to.equal('day')
    },
    'one of an engine is nothing to another': async ({ flow }) => {
      const [here, there] = [await flow(), await flow()]
      const task = there.functionTask(inc)
      const { future } = await here.workflowScope('night', async () => ({ future: task(0) }))
      expect(future.task.workflowId).to.equal(undefined)
    },
    'scope.run calls within it at any time': async ({ flow }) => {
      const engine = await flow()
      const task = engine.functionTask(inc)
      const scope = await engine.workflowScope('night', async (given) => given)
      expect(scope.run(task, 0).task.workflowId).to.equal('night')
    },
  }),
  ...cases('workflow, a function that runs here', ['local', 'callScopes'], {
    'is in no block, whoever called it': async ({ engine, concurrent }) => {
      const flow = await engine({ backend: concurrent() })
      const task = flow.functionTask(inc)
      const call = flow.functionTask(async () => task(0).task.workflowId)
      expect(await flow.block(async () => call())()).to.equal(undefined)
    },
  }),
  ...cases('workflow, after an await', ['local', 'callScopes'], {
    'a plain call in a block is a member': async ({ engine, daskflow }) => {
      const flow = await engine({ backend: new daskflow.NoopExecutionBackend() })
      const task = flow.functionTask(inc)
      const future = flow.block(async () => {
        await Promise.resolve()
        return { id: task(0).task.workflowId }
      })()
      expect(await future).to.deep.equal({ id: 'block.000001' })
    },
    'a plain call in a scope gets its id': async ({ engine, daskflow }) => {
      const flow = await engine({ backend: new daskflow.NoopExecutionBackend() })
      const task = flow.functionTask(inc)
      const id = await flow.workflowScope('night', async () => {
        await Promise.resolve()
        return task(0).task.workflowId
      })
      expect(id).to.equal('night')
    },
  }),
]
