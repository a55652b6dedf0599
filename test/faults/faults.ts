import { expect } from 'chai'
import type { TaskContext } from '../../src/index.js'
import type { TaskRecord } from '../conformance/case.js'
import { errorOf } from '../conformance/recorder.js'
import type { Fault } from './fault.js'
import { SETTLE_MS } from './stage.js'
import { storm } from './storm.js'

/** What a task may reach in its own worker, where that is a thread. */
type Realm = typeof globalThis & { process: { exit(code?: number): never } }

// Ends by itself at last: where a loop cannot be stopped, its thread would burn for the rest of the run.
const loop = async () => {
  const until = Date.now() + 8_000
  let n = 0
  while (Date.now() < until) n++
  return n
}
// A bound of the contract, with room for a machine that is busy.
const STOPPED_MS = 3_000
const TIMEOUT_MS = 100
const never = async () => new Promise<void>(() => {})
const deaf = async function (this: TaskContext) {
  this.signal.addEventListener('abort', () => {})
  await new Promise<void>(() => {})
}
const polite = async function (this: TaskContext) {
  const { signal } = this
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** One task takes its worker with it, again and again; its neighbours end right. */
const takesWorker = (fn: TaskRecord['function'], memoryLimit?: string): Fault['run'] => {
  return async (stage) => {
    const backend = await stage.start({ nWorkers: 2, allowedFailures: 1, ...(memoryLimit && { memoryLimit }) })
    const culprit = stage.culprit(fn, ['FAILED'])
    const tasks = [...stage.neighbours(20), culprit, ...stage.neighbours(20)]
    const records = stage.ledger.expect(tasks)
    stage.ledger.strike(culprit.record)
    await backend.submitTasks(records)
    await stage.ledger.settled(SETTLE_MS)
    expect(culprit.record.exception).to.include({ code: 'ERR_KILLED_WORKER', uid: culprit.record.uid })
    await stage.isWell(backend)
  }
}

/** A running task is ended from outside; its neighbours end right, and its worker runs others. */
const endedBy = (fn: TaskRecord['function'], how: 'cancel' | 'timeout' | 'signal', onStrike = () => {}): Fault['run'] => {
  return async (stage) => {
    const backend = await stage.start({ nWorkers: 2, cancelGrace: 50 })
    const controller = new AbortController()
    const options = how === 'timeout' ? { timeout: TIMEOUT_MS } : how === 'signal' ? { signal: controller.signal } : {}
    const culprit = stage.culprit(fn, [how === 'timeout' ? 'FAILED' : 'CANCELED'], { taskBackendSpecificKwargs: options })
    await stage.run(backend, culprit)
    stage.ledger.strike(culprit.record)
    onStrike()
    if (how === 'cancel') expect(await backend.cancelTask(culprit.record.uid)).to.equal(true)
    else if (how === 'signal') controller.abort()
    await stage.ledger.settled(SETTLE_MS)
    await stage.isWell(backend)
  }
}

/** A loop that nobody asked to yield is really stopped: its worker is gone. Where it cannot be, it is reported all the same. */
const stopsLoop = (how: 'cancel' | 'timeout' | 'signal'): Fault['run'] => {
  return async (stage) => {
    let struckAt = 0
    const gone = stage.nextWorkerEvent('lost')
    await endedBy(loop, how, () => {
      struckAt = performance.now()
    })(stage)
    await gone
    const ms = performance.now() - struckAt - (how === 'timeout' ? TIMEOUT_MS : 0)
    stage.ledger.took(ms)
    expect(ms).to.be.below(STOPPED_MS)
  }
}

/** A worker whose script is of no use: the start says so, and few were tried. */
const doesNotLoad = (file: string): Fault['run'] => {
  return async (stage) => {
    const backend = stage.make({ nWorkers: 2, timeout: 5_000, worker: stage.fileOf(file) })
    let spawned = 0
    backend.onWorker(({ type }) => {
      if (type === 'spawned') spawned++
    })
    stage.ledger.strike()
    const error = await errorOf(backend.start())
    expect(error.code).to.equal('ERR_CLUSTER')
    expect(await backend.state()).to.equal('DISCONNECTED')
    // It is over: while others work, nothing is tried any more.
    await stage.isWell(await stage.start({ nWorkers: 1 }))
    expect(spawned).to.be.at.most(3)
  }
}

const loads: readonly Fault[] = [
  { name: 'the file of a worker is missing', needs: ['workerFile'], run: doesNotLoad('no-such-file.js') },
  { name: 'the file of a worker does not compile', needs: ['workerFile'], run: doesNotLoad('syntax-error-worker.js') },
  { name: 'the file of a worker throws at its top', needs: ['workerFile'], run: doesNotLoad('broken-worker.js') },
]

const deaths: readonly Fault[] = [
  {
    name: 'process.exit',
    needs: ['exit'],
    run: takesWorker(async () => (globalThis as Realm).process.exit(3)),
  },
  {
    name: 'an uncaught exception',
    needs: ['threads'],
    run: takesWorker(async () => {
      setTimeout(() => {
        throw new Error('nobody catches this')
      }, 1)
      await new Promise<void>(() => {})
    }),
  },
  {
    name: 'an unhandled rejection',
    needs: ['uncaughtErrors'],
    run: takesWorker(async () => {
      void Promise.reject(new Error('nobody handles this'))
      await new Promise<void>(() => {})
    }),
  },
  {
    name: 'the heap limit',
    needs: ['memoryLimit'],
    run: takesWorker(async () => {
      const held: unknown[] = []
      for (let i = 0; i < 100_000_000; i++) held.push({ i })
      return held.length
    }, '64MiB'),
  },
  {
    name: 'a stack overflow',
    run: async (stage) => {
      const backend = await stage.start({ nWorkers: 2 })
      const deep = async () => {
        const deeper = (n: number): number => deeper(n + 1) + 1
        return deeper(0)
      }
      const culprit = stage.culprit(deep, ['FAILED'])
      stage.ledger.strike()
      await stage.run(backend, culprit)
      await stage.ledger.settled(SETTLE_MS)
      // A RangeError, and an InternalError in Firefox.
      expect(String(culprit.record.exception)).to.match(/call stack|recursion/)
      await stage.isWell(backend)
    },
  },
  {
    name: '2 GiB of typed arrays in one task',
    run: async (stage) => {
      const limited = stage.limits.memoryLimit === undefined
      const backend = await stage.start({ nWorkers: 2, ...(limited && { memoryLimit: '256MiB' }) })
      const hoard = async () => {
        const held = Array.from({ length: 32 }, () => new Float64Array(2 ** 23))
        return held.length
      }
      stage.ledger.strike()
      // A platform may refuse so much.
      await stage.run(backend, stage.culprit(hoard, ['DONE', 'FAILED']))
      await stage.ledger.settled(SETTLE_MS)
      await stage.isWell(backend)
    },
  },
  {
    name: 'workers that are ended from outside',
    run: async (stage) => {
      const { backend, handles } = await stage.startReachable({ nWorkers: 2 })
      const slow = async (n: number) => {
        await new Promise<void>((resolve) => setTimeout(resolve, 10))
        return n
      }
      const tasks = Array.from({ length: 40 }, (_, n) => ({
        record: { uid: `slow.${n}`, function: slow, args: [n] },
        ends: ['DONE'] as const,
        result: n,
      }))
      await stage.submit(backend, tasks)
      for (let i = 0; i < 3; i++) {
        await new Promise<void>((resolve) => setTimeout(resolve, 30))
        const victim = [...handles.values()][i % handles.size]
        if (victim === undefined) continue
        stage.ledger.strike()
        await victim.terminate()
      }
      await stage.ledger.settled(SETTLE_MS)
      expect(stage.ledger.figures.faults).to.be.above(0)
      await stage.isWell(backend)
    },
  },
]

const BY = ['cancel', 'timeout', 'signal'] as const
const ENDED = { cancel: 'cancelled', timeout: 'timed out', signal: 'aborted' }

const stuck: readonly Fault[] = [
  ...BY.map((how): Fault => ({ name: `a hot loop, ${ENDED[how]}`, needs: ['threads'], run: stopsLoop(how) })),
  ...BY.map((how): Fault => ({ name: `a task that ignores its signal, ${ENDED[how]}`, run: endedBy(deaf, how) })),
  ...BY.map((how): Fault => ({ name: `a task that honours its signal, ${ENDED[how]}`, run: endedBy(polite, how) })),
  ...BY.map((how): Fault => ({ name: `a task that never settles, ${ENDED[how]}`, run: endedBy(never, how) })),
  {
    name: 'a shutdown with loops, deaf tasks and tasks that never settle',
    needs: ['threads'],
    run: async (stage) => {
      const backend = await stage.start({ nWorkers: 3, minWorkers: 3 })
      const culprits = [loop, deaf, never].map((fn) => stage.culprit(fn, ['CANCELED']))
      const all = new Promise<void>((resolve) => {
        let running = 0
        backend.registerCallback((_, state) => {
          if (state === 'RUNNING' && ++running === culprits.length) resolve()
        })
      })
      await stage.submit(backend, culprits)
      await all
      stage.ledger.strike(...culprits.map(({ record }) => record))
      await backend.shutdown()
      expect(stage.ledger.figures.lost).to.equal(0)
    },
  },
]

const floods: readonly Fault[] = [
  {
    name: 'a result of 512 MiB',
    needs: ['threads'],
    run: async (stage) => {
      const backend = await stage.start({ nWorkers: 2 })
      const big = async () => new Uint8Array(2 ** 29)
      const culprit = stage.culprit(big, ['DONE', 'FAILED'])
      stage.ledger.strike()
      await stage.run(backend, culprit)
      await stage.ledger.settled(SETTLE_MS)
      const { state, returnValue, exception } = culprit.record
      if (state === 'DONE') expect((returnValue as Uint8Array).length).to.equal(2 ** 29)
      else expect(exception).to.be.instanceOf(Error)
      delete culprit.record.returnValue
      await stage.isWell(backend)
    },
  },
  {
    name: '10,000 progress reports in a loop',
    run: async (stage) => {
      const backend = await stage.start({ nWorkers: 2 })
      const talk = async function (this: TaskContext) {
        for (let i = 0; i < 10_000; i++) this.report(i)
        return 10_000
      }
      const culprit = stage.culprit(talk, ['DONE'])
      const heard: unknown[] = []
      backend.onProgress((_, progress) => {
        expect(culprit.record.state).to.equal('RUNNING')
        heard.push(progress)
      })
      stage.ledger.strike()
      await stage.run(backend, culprit)
      await stage.ledger.settled(SETTLE_MS)
      expect(heard).to.deep.equal(Array.from({ length: 10_000 }, (_, i) => i))
      await stage.isWell(backend)
    },
  },
]

const listeners: readonly Fault[] = [
  ['throws', () => badly('thrown by a listener')],
  ['rejects', async () => badly('rejected by a listener')],
].map(
  ([what, listener]): Fault => ({
    name: `a listener that ${what}`,
    run: async (stage) => {
      const reports: unknown[] = []
      const logger = { warn: () => {}, error: (...args: unknown[]) => void reports.push(args.at(-1)) }
      const backend = await stage.start({ nWorkers: 2 }, { logger })
      backend.registerCallback(listener as () => void)
      stage.ledger.strike()
      await stage.isWell(backend)
      expect(reports.length).to.be.at.least(5)
      for (const report of reports) expect(report).to.be.instanceOf(Error)
    },
  }),
)

function badly(what: string): never {
  throw new Error(what)
}

const races: readonly Fault[] = [
  {
    name: 'a listener that submits, cancels and shuts down',
    run: async (stage) => {
      const backend = await stage.start({ nWorkers: 2 })
      const further = stage.neighbours(10)
      const victim = stage.culprit(never, ['CANCELED'])
      let answers: Promise<unknown> | undefined
      backend.registerCallback((record, state) => {
        if (record !== victim.record) return
        if (state === 'RUNNING') {
          stage.ledger.strike(record)
          const submitted = stage.submit(backend, further)
          answers = Promise.all([submitted, submitted.then(() => backend.cancelTask(record.uid))])
        }
      })
      await stage.submit(backend, [victim, ...stage.neighbours(10)])
      await stage.ledger.settled(SETTLE_MS)
      expect((await answers) as unknown[]).to.deep.equal([undefined, true])
      // Its end ends all that is live.
      const last = Array.from({ length: 10 }, () => stage.culprit(never, ['CANCELED']))
      let closed: Promise<void> | undefined
      backend.registerCallback((record, state) => {
        if (record === last[0]?.record && state === 'RUNNING') {
          stage.ledger.strike(...last.map(({ record }) => record))
          closed = backend.shutdown()
        }
      })
      await stage.submit(backend, last)
      await stage.ledger.settled(SETTLE_MS)
      await closed
    },
  },
  {
    name: 'cancel, submit and shutdown at a time',
    run: async (stage) => {
      for (let round = 0; round < 10; round++) {
        const backend = await stage.start({ nWorkers: 2 })
        const tasks = stage.neighbours(50).map((task) => ({ ...task, ends: ['DONE', 'CANCELED'] as const }))
        const [first, second] = [tasks.slice(0, 25), tasks.slice(25)]
        await stage.submit(backend, first)
        stage.ledger.strike()
        const refused = stage.neighbours(1)
        const answers = await Promise.allSettled([
          backend.cancelTask(first[0]?.record.uid as string),
          stage.submit(backend, second),
          backend.cancelAllTasks(),
          backend.shutdown(),
          backend.submitTasks(refused.map(({ record }) => record)),
          backend.shutdown(),
          backend.cancelAllTasks(),
        ])
        const states = answers.map(({ status }) => (status === 'fulfilled' ? 'answered' : 'refused')).join(' ')
        expect(states).to.equal('answered answered answered answered refused answered answered')
        await stage.ledger.settled(SETTLE_MS)
      }
    },
  },
  {
    name: 'a shutdown during the start',
    run: async (stage) => {
      const backend = stage.make({ nWorkers: 2 })
      stage.ledger.strike()
      const [start, ...shutdowns] = await Promise.allSettled([backend.start(), backend.shutdown(), backend.shutdown()])
      expect(start.status).to.equal('rejected')
      expect(shutdowns.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled'])
      await backend.start()
      await stage.isWell(backend)
    },
  },
]

const storms: readonly Fault[] = [
  {
    name: '3,000 tasks, a worker ended every 50 ms, cancels and timeouts',
    run: (stage) => storm(stage, { tasks: 3_000 }),
  },
]

/** In the order in which they are tried. */
export const faults: readonly Fault[] = [...loads, ...deaths, ...stuck, ...floods, ...listeners, ...races, ...storms]
