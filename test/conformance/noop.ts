import { expect } from 'chai'
import { cases, type TaskRecord } from './case.js'
import { errorOf, Recorder } from './recorder.js'

export const noop = cases('noop', ['local'], {
  'each task is DONE at once with a dummy, and nothing runs': async ({ daskflow: { NoopExecutionBackend } }) => {
    const backend = await NoopExecutionBackend.create()
    const recorder = new Recorder(backend)
    let ran = false
    const fn = async () => {
      ran = true
    }
    const tasks: TaskRecord[] = [
      { uid: 'function', function: fn },
      { uid: 'executable', executable: 'no-such-command' },
      { uid: 'prompt', prompt: 'hello' },
    ]
    await backend.submitTasks(tasks)
    expect(recorder.events).to.deep.equal(['function DONE', 'executable DONE', 'prompt DONE'])
    expect(tasks.map(({ stdout }) => stdout)).to.deep.equal(['Dummy Output', 'Dummy Output', 'Dummy Prompt Output'])
    expect(tasks.every(({ stdout, returnValue }) => stdout === returnValue)).to.equal(true)
    expect([backend.name, ran]).to.deep.equal(['noop', false])
  },
  'it takes nothing after its shutdown, until a start': async ({ daskflow: { NoopExecutionBackend } }) => {
    const backend = new NoopExecutionBackend({ name: 'dry' })
    expect(await backend.state()).to.equal('CONNECTED')
    await backend.shutdown()
    expect(await backend.state()).to.equal('DISCONNECTED')
    expect((await errorOf(backend.submitTasks([]))).code).to.equal('ERR_CLOSED')
    await backend.start()
    await backend.submitTasks([{ uid: 'task' }])
  },
})
