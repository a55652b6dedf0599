import { expect } from 'chai'
import { type Case, cases } from './case.js'
import { exceptionOf, runOne } from './recorder.js'

const BUILT_IN: readonly (readonly [name: string, make: () => Error])[] = [
  ['Error', () => new Error('message')],
  ['EvalError', () => new EvalError('message')],
  ['RangeError', () => new RangeError('message')],
  ['ReferenceError', () => new ReferenceError('message')],
  ['SyntaxError', () => new SyntaxError('message')],
  ['TypeError', () => new TypeError('message')],
  ['URIError', () => new URIError('message')],
  ['AggregateError', () => new AggregateError([], 'message')],
]

const classes: readonly Case[] = BUILT_IN.map(([name, make]) => ({
  name: `errors: ${name} arrives as one`,
  needs: ['dask'],
  run: async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const fn = async (which: string) => {
      // @ts-expect-error an index into the realm
      throw which === 'AggregateError' ? new AggregateError([], 'message') : new globalThis[which]('message')
    }
    const error = exceptionOf(await runOne(backend, fn, name))
    expect(error).to.be.instanceOf(make().constructor)
    expect(error).to.include({ name, message: 'message' })
  },
}))

const NON_ERRORS: Readonly<Record<string, unknown>> = {
  'a string': 'just text',
  'a number': 42,
  undefined,
  null: null,
  'a record': { status: 404 },
}

const thrown: readonly Case[] = Object.entries(NON_ERRORS).map(([what, value]) => ({
  name: `errors: ${what} that was thrown stays what it was`,
  needs: ['dask'],
  run: async ({ start }) => {
    const backend = await start({ nWorkers: 1 })
    const fn = async (it: unknown) => {
      throw it
    }
    expect(exceptionOf(await runOne(backend, fn, value))).to.deep.equal(value)
  },
}))

export const errors = [
  ...classes,
  ...thrown,
  ...cases('errors', ['dask'], {
    'code and own fields survive': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => {
        throw Object.assign(new TypeError('no'), { code: 'E_NO', details: { when: new Date(0), list: [1] } })
      }
      const error = exceptionOf<Error & { code: string; details: unknown }>(await runOne(backend, fn))
      expect(error.code).to.equal('E_NO')
      expect(error.details).to.deep.equal({ when: new Date(0), list: [1] })
    },
    'a class of the user keeps its name and its built-in base': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => {
        class PaymentError extends RangeError {
          override name = 'PaymentError'
          amount = 7
        }
        throw new PaymentError('too much')
      }
      const error = exceptionOf<RangeError & { amount: number }>(await runOne(backend, fn))
      expect(error).to.be.instanceOf(RangeError)
      expect(error).to.include({ name: 'PaymentError', message: 'too much', amount: 7 })
    },
    'causes survive, also those that are no errors': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => {
        throw new Error('outer', { cause: new TypeError('inner', { cause: 'root' }) })
      }
      const { cause } = exceptionOf(await runOne(backend, fn))
      expect(cause).to.be.instanceOf(TypeError).with.property('message', 'inner')
      expect((cause as Error).cause).to.equal('root')
    },
    'a cause that leads back to its error ends somewhere': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => {
        const error = new Error('loop')
        error.cause = error
        throw error
      }
      expect(exceptionOf(await runOne(backend, fn)).message).to.equal('loop')
    },
    'the errors of an AggregateError survive': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => Promise.any([Promise.reject(new RangeError('a')), Promise.reject('b')])
      const error = exceptionOf<AggregateError>(await runOne(backend, fn))
      expect(error).to.be.instanceOf(AggregateError)
      expect(error.errors[0]).to.be.instanceOf(RangeError)
      expect(error.errors[1]).to.equal('b')
    },
    'the stack holds the frames of the worker': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async function deepInside() {
        throw new Error('here')
      }
      const { stack } = exceptionOf(await runOne(backend, fn))
      expect(stack).to.contain('deepInside')
      // Not every engine begins it with the message.
      if (new Error('here').stack?.startsWith('Error: here')) expect(stack).to.contain('Error: here')
    },
    'what cannot be cloned arrives as its text, and the error arrives': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => {
        throw Object.assign(new Error('no'), { retry: function again() {}, symbol: Symbol('s'), fine: 1 })
      }
      const error = exceptionOf<Error & Record<string, unknown>>(await runOne(backend, fn))
      expect(error.message).to.equal('no')
      expect(error.fine).to.equal(1)
      expect(error.retry).to.be.a('string').that.contains('again')
      expect(error.symbol).to.equal('Symbol(s)')
    },
    'a thrown value that cannot be cloned arrives as its text': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => {
        throw Symbol('thrown')
      }
      expect(exceptionOf<unknown>(await runOne(backend, fn))).to.equal('Symbol(thrown)')
    },
    'what cannot be read of an error is left out, and the rest arrives': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => {
        const get = () => {
          throw new Error('gotcha')
        }
        throw Object.defineProperties(new RangeError('seen'), {
          broken: { enumerable: true, get },
          cause: { get },
          fine: { enumerable: true, value: 1 },
        })
      }
      const error = exceptionOf<RangeError & Record<string, unknown>>(await runOne(backend, fn))
      expect(error).to.be.instanceOf(RangeError)
      expect(error).to.include({ message: 'seen', broken: '(cannot be read)', fine: 1 })
    },
    'a record with a function in it arrives with its text in that place': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => {
        throw { status: 404, headers: { a: [1, Symbol('s')] }, retry() {} }
      }
      const error = exceptionOf<Record<string, unknown>>(await runOne(backend, fn))
      expect(error).to.deep.include({ status: 404, headers: { a: [1, 'Symbol(s)'] } })
      expect(error.retry).to.be.a('string')
    },
    'an AggregateError that holds itself ends somewhere': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => {
        const error = new AggregateError([], 'loop')
        error.errors.push(error, error, error, error)
        throw error
      }
      expect(exceptionOf(await runOne(backend, fn)).message).to.equal('loop')
    },
    'an error of WebAssembly arrives as one': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const { CompileError } = (globalThis as unknown as { WebAssembly: { CompileError: ErrorConstructor } }).WebAssembly
      const fn = async () => {
        throw new (globalThis as unknown as { WebAssembly: { CompileError: ErrorConstructor } }).WebAssembly.CompileError('bad')
      }
      expect(exceptionOf(await runOne(backend, fn))).to.be.instanceOf(CompileError)
    },
    'a kind of DOMException arrives as one': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => {
        // As browsers make that of a quota.
        class Quota extends DOMException {
          get [Symbol.toStringTag]() {
            return 'QuotaExceededError'
          }
        }
        throw new Quota('too much', 'QuotaExceededError')
      }
      const error = exceptionOf<Error>(await runOne(backend, fn))
      expect(error).to.be.instanceOf(DOMException)
      expect(error).to.include({ name: 'QuotaExceededError', message: 'too much' })
    },
    'a DOMException arrives as one': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => {
        throw new DOMException('stop', 'AbortError')
      }
      const error = exceptionOf(await runOne(backend, fn))
      expect(error).to.be.instanceOf(DOMException)
      expect(error).to.include({ name: 'AbortError', message: 'stop' })
    },
    'an error of another realm arrives as an error': async ({ start }) => {
      const backend = await start({ nWorkers: 1 })
      const fn = async () => {
        const error = Object.create(null)
        throw Object.setPrototypeOf(Object.assign(new Error('far'), { code: 'FAR' }), error)
      }
      const error = exceptionOf(await runOne(backend, fn))
      expect(error).to.be.instanceOf(Error)
      expect(error.code).to.equal('FAR')
    },
  }),
]
