import { expect } from 'chai'
import { cases } from './case.js'
import { errorOf, Recorder } from './recorder.js'

export const states = [
  ...cases('states', [], {
    'the map of a backend has the main states': async ({ start }) => {
      const backend = await start()
      const mapper = backend.getTaskStatesMap()
      expect([mapper.RUNNING, mapper.DONE, mapper.FAILED, mapper.CANCELED]).to.deep.equal([
        'RUNNING',
        'DONE',
        'FAILED',
        'CANCELED',
      ])
      expect(mapper.terminalStates).to.deep.equal(['DONE', 'FAILED', 'CANCELED'])
      expect(mapper.toMainState('DONE')).to.equal('DONE')
      expect(mapper.getBackendState('DONE')).to.equal('DONE')
    },
    'unknown states are errors, with the original’s texts': async ({ start, daskflow: { ValueError } }) => {
      const mapper = (await start()).getTaskStatesMap()
      const texts: readonly [() => unknown, string][] = [
        [() => (mapper as unknown as Record<string, unknown>).PENDING, "'StateMapper' has no state 'PENDING'"],
        [() => mapper.getBackendState('PENDING' as never), "'StateMapper' has no state 'PENDING'"],
        [() => mapper.toMainState('pending'), 'Unknown backend state: pending'],
      ]
      for (const [call, text] of texts) {
        const error = await errorOf(call)
        expect(error).to.be.instanceOf(ValueError)
        expect(error.message).to.equal(text)
      }
    },
  }),
  ...cases('states', ['dask'], {
    'the map is there before the start, and shows live tasks': async ({ Backend }) => {
      const backend = new Backend({ nWorkers: 1 })
      const map = backend.getTaskStatesMap()
      expect(map.size).to.equal(0)
      await backend.start()
      const recorder = new Recorder(backend)
      const wait = async () => new Promise<void>((resolve) => setTimeout(resolve, 5))
      await backend.submitTasks(['a', 'b'].map((uid) => ({ uid, function: wait })))
      await recorder.reached('a', 'RUNNING')
      expect([...map]).to.deep.equal([
        ['a', 'RUNNING'],
        ['b', undefined],
      ])
      expect([map.get('a'), map.get('b'), map.has('b'), map.has('c'), map.size]).to.deep.equal([
        'RUNNING',
        undefined,
        true,
        false,
        2,
      ])
      await recorder.ended(['a', 'b'])
      expect(map.size).to.equal(0)
      await backend.shutdown()
    },
    'a backend’s own words are translated both ways': async ({ daskflow: { StateMapper } }) => {
      StateMapper.registerBackendStates('Slurm', { running: 'R', done: 'CD', failed: 'F', canceled: 'CA' })
      const mapper = new StateMapper('slurm')
      expect(mapper.DONE).to.equal('CD')
      expect(mapper.toMainState('CA')).to.equal('CANCELED')
      expect(mapper.getBackendState('RUNNING')).to.equal('R')
      expect(mapper.terminalStates).to.deep.equal(['CD', 'F', 'CA'])
    },
    'a backend’s words may be anything': async ({ daskflow: { StateMapper } }) => {
      const words = { running: () => 1, done: Symbol('done'), failed: 3, canceled: null }
      StateMapper.registerBackendStates('odd', words)
      const mapper = new StateMapper('odd')
      expect([mapper.RUNNING, mapper.DONE, mapper.CANCELED]).to.deep.equal([words.running, words.done, null])
      expect(mapper.toMainState(words.running)).to.equal('RUNNING')
    },
    'a backend that was not registered is named, with those that were': async ({ daskflow: { StateMapper } }) => {
      StateMapper.registerBackendStatesWithDefaults('known')
      const error = await errorOf(() => new StateMapper('unknown'))
      expect(error.message).to.match(/^Backend 'unknown' not registered\. Available backends: \[.*'known'.*\]$/)
    },
    'states that lack one, or have one too many, are refused': async ({ daskflow: { StateMapper } }) => {
      const error = await errorOf(() => StateMapper.registerBackendStates('half', { done: 'D', paused: 'P' } as never))
      expect(error.message).to.contain("unknown 'paused'").and.to.contain("missing 'running'")
    },
  }),
]
