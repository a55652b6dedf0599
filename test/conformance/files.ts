import { expect } from 'chai'
import type { TaskContext } from '../../src/index.js'
import { type Backend, cases, type TaskRecord } from './case.js'
import { errorOf, exceptionOf, Recorder, runTasks } from './recorder.js'

/** A task that takes and makes files. */
function task(uid: string, fn: TaskRecord['function'], { args = [], takes = [], makes = [] }: Partial<Files> = {}): TaskRecord {
  return { uid, function: fn, args, metadata: { dependencies: [], inputFiles: takes, outputFiles: makes } }
}

interface Files {
  readonly args: readonly unknown[]
  readonly takes: readonly string[]
  readonly makes: readonly string[]
}

async function writes(this: TaskContext, name: string, data: string | Uint8Array) {
  await this.files.write(name, data)
}

async function reads(this: TaskContext, name: string) {
  return new TextDecoder().decode(await this.files.read(name))
}

/** Runs one task, and gives a file of it to another. */
async function pass(backend: Backend, srcTask: TaskRecord, fileName: string, dstTask: TaskRecord): Promise<void> {
  await runTasks(backend, [srcTask])
  await backend.linkExplicitDataDeps({ srcTask, dstTask, fileName })
  await runTasks(backend, [dstTask])
}

export const files = [
  ...cases('files', ['dask'], {
    'what one task writes another reads, when it was linked': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 2 })
      const { path } = attach(backend)
      const maker = task('maker', writes, { args: ['out.txt', 'héllo'], makes: ['out.txt'] })
      const taker = task('taker', reads, { args: ['out.txt'], takes: ['out.txt'] })
      await runTasks(backend, [maker])
      const staged = await backend.linkExplicitDataDeps({ srcTask: maker, dstTask: taker, fileName: 'out.txt' })
      expect(staged).to.deep.equal({ source: `${path}/maker/out.txt`, target: `${path}/taker/out.txt` })
      await runTasks(backend, [taker])
      expect(taker).to.include({ state: 'DONE', returnValue: 'héllo' })
    },
    'one that something was staged for has files, without a word of its own': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 1 })
      attach(backend)
      const maker = task('maker', writes, { args: ['a', 'of a'], makes: ['a'] })
      const taker: TaskRecord = { uid: 'taker', function: reads, args: ['a'] }
      await pass(backend, maker, 'a', taker)
      expect(taker.returnValue).to.equal('of a')
    },
    'bytes arrive as they were, some megabytes of them': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 2 })
      attach(backend)
      const maker = task(
        'maker',
        async function (this: TaskContext, length: number) {
          const { files } = this
          const bytes = new Uint8Array(length)
          for (let i = 0; i < length; i++) bytes[i] = i * 7
          await files.write('big.bin', bytes.subarray(1))
          bytes.fill(0)
        },
        { args: [5_000_001], makes: ['big.bin'] },
      )
      const taker = task(
        'taker',
        async function (this: TaskContext) {
          const bytes = await this.files.read('big.bin')
          let same = bytes instanceof Uint8Array
          for (let i = 0; i < bytes.length; i++) same &&= bytes[i] === (((i + 1) * 7) & 255)
          return [bytes.length, same]
        },
        { takes: ['big.bin'] },
      )
      await pass(backend, maker, 'big.bin', taker)
      expect(taker.returnValue).to.deep.equal([5_000_000, true])
    },
    'two tasks that write the same name do not disturb each other': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 2 })
      attach(backend)
      const makers = ['a', 'b'].map((uid) => task(uid, writes, { args: ['same', `of ${uid}`], makes: ['same'] }))
      const takers = ['from.a', 'from.b'].map((uid) => task(uid, reads, { args: ['same'], takes: ['same'] }))
      await runTasks(backend, makers)
      for (const [i, dstTask] of takers.entries()) {
        await backend.linkExplicitDataDeps({ srcTask: makers[i], dstTask, fileName: 'same' })
      }
      await runTasks(backend, takers)
      expect(takers.map(({ returnValue }) => returnValue)).to.deep.equal(['of a', 'of b'])
    },
    'one that writes its input anew leaves that of others as it is': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 1 })
      attach(backend)
      const maker = task('maker', writes, { args: ['a', 'first'], makes: ['a'] })
      const changer = task('changer', writes, { args: ['a', 'changed'], takes: ['a'], makes: ['a'] })
      const taker = task('taker', reads, { args: ['a'], takes: ['a'] })
      await pass(backend, maker, 'a', changer)
      await backend.linkExplicitDataDeps({ srcTask: maker, dstTask: taker, fileName: 'a' })
      await runTasks(backend, [taker])
      expect(taker.returnValue).to.equal('first')
    },
    'a file from a path, by its own name and by another': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 1 })
      const place = attach(backend)
      const store = await place.files()
      await store.createFolder(place.path)
      const filePath = store.join(place.path, 'data.csv')
      await store.write(filePath, 'x,y')
      const own = task('own', reads, { args: ['data.csv'], takes: [filePath] })
      const other = task('other', reads, { args: ['other.csv'], takes: ['other.csv'] })
      await backend.linkExplicitDataDeps({ dstTask: own, filePath })
      await backend.linkExplicitDataDeps({ dstTask: other, fileName: 'other.csv', filePath })
      await runTasks(backend, [own, other])
      expect([own.returnValue, other.returnValue]).to.deep.equal(['x,y', 'x,y'])
    },
    'without an engine, files are in its own session': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const store = await backend.session.files?.()
      expect(store).to.equal(await backend.session.files?.())
      expect(await store?.exists('/nowhere/at/all')).to.equal(false)
      expect(await backend.linkExplicitDataDeps({ dstTask: { uid: 'a' } })).to.equal(undefined)
    },
    'one that does not write what it promised fails, saying what': async ({ start, attach, daskflow }) => {
      const backend = await start({ nWorkers: 1 })
      attach(backend)
      const forgets = task('forgets', writes, { args: ['other', ''], makes: ['result.txt'] })
      const recorder = await runTasks(backend, [forgets])
      expect(recorder.events).to.deep.equal(['forgets RUNNING', 'forgets FAILED'])
      const error = exceptionOf(forgets)
      expect(error).to.be.instanceOf(daskflow.TaskValidationError)
      expect(error).to.include({ uid: 'forgets' })
      expect(error.message).to.contain("'result.txt'").and.contain('forgets')
    },
    'what an earlier task of the same uid wrote is no work of this one': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 1 })
      attach(backend)
      await runTasks(backend, [task('again', writes, { args: ['out', 'old'], makes: ['out'] })])
      const second = task('again', async () => 1, { makes: ['out'] })
      await runTasks(backend, [second])
      expect(exceptionOf(second).message).to.contain("'out'")
    },
    'one that is run again begins with its inputs as they were staged': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 1 })
      attach(backend)
      const maker = task('maker', writes, { args: ['a', 'staged'], makes: ['a'] })
      const tries: TaskRecord = {
        ...task(
          'tries',
          async function (this: TaskContext) {
            const { files, attempt } = this
            const found = new TextDecoder().decode(await files.read('a'))
            await files.write('a', 'spoiled')
            if (attempt === 1) await files.write('b', 'of the first')
            if (attempt === 1) throw new Error('once more')
            const left = await files.read('b').then(
              () => 'there',
              () => 'gone',
            )
            await files.write('b', 'of the second')
            return [found, left]
          },
          { takes: ['a'], makes: ['b'] },
        ),
        taskBackendSpecificKwargs: { retries: 1 },
      }
      await pass(backend, maker, 'a', tries)
      expect(tries.returnValue).to.deep.equal(['staged', 'gone'])
    },
    'a name that leads out of its folder is refused: linked, read, written, promised': async ({ start, attach, daskflow }) => {
      const backend = await start({ nWorkers: 1 })
      attach(backend)
      const srcTask = task('maker', writes, { args: ['a', ''], makes: ['a'] })
      await runTasks(backend, [srcTask])
      const tries = async function (this: TaskContext, name: string) {
        const { files } = this
        const refusals: string[] = []
        const note = (error: { code?: string; message: string }) => refusals.push(`${error.code} ${error.message}`)
        await files.read(name).catch(note)
        await files.write(name, 'x').catch(note)
        try {
          files.path(name)
        } catch (error) {
          note(error as Error)
        }
        return refusals
      }
      for (const name of ['../a', '/a', 'sub/a', '..', '.', '', 'sub\\a', 'a\0']) {
        const dstTask = task('taker', reads)
        const error = await errorOf(backend.linkExplicitDataDeps({ srcTask, dstTask, fileName: name }))
        expect(error, name).to.be.instanceOf(daskflow.TaskValidationError)
        expect(error.message).to.contain(`'${name}'`)
        const inside = task('inside', tries, { args: [name], takes: ['a'] })
        const promised = task('promised', reads, { makes: [name] })
        await runTasks(backend, [inside, promised])
        expect(inside.returnValue, name).to.have.length(3)
        for (const refusal of inside.returnValue as string[])
          expect(refusal).to.contain('ERR_TASK_VALIDATION').and.contain(`'${name}'`)
        expect(exceptionOf(promised).message).to.contain(`'${name}'`)
      }
      const outside = task('../out', writes, { args: ['a', ''], makes: ['a'] })
      await runTasks(backend, [outside])
      expect(exceptionOf(outside).code).to.equal('ERR_TASK_VALIDATION')
    },
    'a source that is not there is named, and whose it is': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 1 })
      const { path } = attach(backend)
      const dstTask = task('taker', reads, { takes: ['a'] })
      const link = (dep: Parameters<Backend['linkExplicitDataDeps']>[0]) => errorOf(backend.linkExplicitDataDeps(dep))
      const ofTask = await link({ srcTask: task('lazy', reads), dstTask, fileName: 'a' })
      expect(ofTask).to.include({ code: 'ERR_TASK_VALIDATION', uid: 'taker' })
      expect(ofTask.message).to.contain("'lazy'").and.contain("'a'")
      const filePath = `${path}/missing.csv`
      expect((await link({ dstTask, filePath })).message).to.contain('missing.csv')
      expect(await link({ dstTask, filePath: 'https://example.org/a.csv' })).to.include({ code: 'ERR_NOT_SUPPORTED' })
      expect((await link({ dstTask, fileName: 'a' })).message).to.contain('srcTask or filePath')
      expect((await link({ srcTask: dstTask, fileName: 'a' })).message).to.contain('dstTask')
    },
    'one without files says so when it is asked for one': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 1 })
      attach(backend)
      for (const fn of [reads, writes]) {
        const plain: TaskRecord = { uid: 'plain', function: fn, args: ['a', ''] }
        await runTasks(backend, [plain])
        expect(exceptionOf(plain)).to.include({ code: 'ERR_TASK_VALIDATION', uid: 'plain' })
        expect(exceptionOf(plain).message).to.contain('OutputFile')
      }
    },
    'a file that is not there is named when it is read': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 1 })
      attach(backend)
      const taker = task('taker', reads, { args: ['b'], takes: ['a'] })
      await runTasks(backend, [taker])
      expect(exceptionOf(taker)).to.include({ code: 'ERR_TASK_VALIDATION', uid: 'taker' })
      expect(exceptionOf(taker).message).to.contain("'b'")
    },
    'with and without files in one batch, each gets its own': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 2 })
      const place = attach(backend)
      const store = await place.files()
      const batch = Array.from(
        { length: 40 },
        (_, i): TaskRecord =>
          i % 3 === 0
            ? { uid: `plain.${i}`, function: async (n: number) => n, args: [i] }
            : task(`files.${i}`, writes, { args: ['n', String(i)], makes: ['n'] }),
      )
      await runTasks(backend, batch)
      expect(batch.every(({ state }) => state === 'DONE')).to.equal(true)
      const text = new TextDecoder()
      expect(text.decode(await store.read(`${place.path}/files.38/n`))).to.equal('38')
      expect(await store.exists(`${place.path}/plain.39/n`)).to.equal(false)
    },
    'a task with files whose result is kept': async ({ start, attach, daskflow }) => {
      const backend = await start({ nWorkers: 1 })
      const place = attach(backend)
      const maker = task('maker', writes, { args: ['a', 'x'], makes: ['a'] })
      maker.taskBackendSpecificKwargs = { keepResult: true }
      await runTasks(backend, [maker])
      expect(maker.returnValue).to.be.instanceOf(daskflow.ResultRef)
      expect(await (await place.files()).exists(`${place.path}/maker/a`)).to.equal(true)
    },
    'a task that was submitted is given nothing more': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 1 })
      attach(backend)
      const live: TaskRecord = { uid: 'live', function: async () => new Promise<void>(() => {}) }
      await backend.submitTasks([live])
      const error = await errorOf(backend.linkExplicitDataDeps({ dstTask: live, filePath: 'a' }))
      expect(error).to.include({ code: 'ERR_TASK_VALIDATION', uid: 'live' })
      expect(error.message).to.contain('before you submit it')
    },
    'one that is cancelled on its way, or at work, is cancelled': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 1 })
      attach(backend)
      const waits = async () => new Promise<void>(() => {})
      const recorder = new Recorder(backend)
      const submitted = backend.submitTasks([task('early', waits, { makes: ['a'] }), task('late', waits, { makes: ['a'] })])
      expect(await backend.cancelTask('early')).to.equal(true)
      await submitted
      await recorder.reached('late', 'RUNNING')
      expect(await backend.cancelTask('late')).to.equal(true)
      expect(recorder.events).to.deep.equal(['early CANCELED', 'late RUNNING', 'late CANCELED'])
    },
    'where files go is for the engine to say, until it leaves': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 1 })
      const first = attach(backend)
      expect(backend.session.path).to.equal(first.path)
      first.leave()
      const { path } = attach(backend)
      expect(backend.session.path).to.equal(path)
    },
  }),
  ...cases('files', ['dask', 'exit', 'source'], {
    'one whose worker was lost begins with its inputs as they were staged, too': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 1 })
      attach(backend)
      const maker = task('maker', writes, { args: ['a', 'staged'], makes: ['a'] })
      const exits = task(
        'exits',
        async function (this: TaskContext) {
          const { files, attempt } = this
          const found = new TextDecoder().decode(await files.read('a'))
          await files.write('a', 'spoiled')
          if (attempt === 1) (globalThis as unknown as { process: { exit(): void } }).process.exit()
          return found
        },
        { takes: ['a'] },
      )
      await pass(backend, maker, 'a', exits)
      expect(exits.returnValue).to.equal('staged')
    },
  }),
  ...cases('files', ['dask', 'filePaths'], {
    'where there are paths, a task is told them': async ({ start, attach }) => {
      const backend = await start({ nWorkers: 1 })
      const { path } = attach(backend)
      const asks = async function (this: TaskContext) {
        const { files } = this
        await files.write('a', '')
        return [files.folder, files.path('a')]
      }
      const maker = task('maker', asks, { makes: ['a'] })
      await runTasks(backend, [maker])
      expect(maker.returnValue).to.deep.equal([`${path}/maker`, `${path}/maker/a`])
    },
  }),
  ...cases('files', ['dask'], {
    'where there are none, it is told so': async ({ start, attach, Backend }) => {
      const backend = await start({ nWorkers: 1 })
      const store = await attach(backend).files()
      if (store.onDisk && Backend.runtime.workers.sharesFiles) return
      const asks = async function (this: TaskContext) {
        const { files } = this
        await files.write('a', '')
        if (files.folder === undefined) files.path('a')
      }
      const maker = task('maker', asks, { makes: ['a'] })
      await runTasks(backend, [maker])
      expect(exceptionOf(maker)).to.include({ code: 'ERR_NOT_SUPPORTED', uid: 'maker' })
    },
  }),
]
