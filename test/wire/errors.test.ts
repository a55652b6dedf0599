import { describe, expect, test } from 'vitest'
import {
  ClusterError,
  DependencyFailureError,
  KilledWorkerError,
  TaskValidationError,
  ValueError,
} from '../../src/core/errors.js'
import { clonable, fromWireError, toWireError, type WireError } from '../../src/wire/errors.js'

/** There and back, through the clone that a wire is. */
const cross = (thrown: unknown) => fromWireError(structuredClone(toWireError(thrown)))

describe('errors of the package itself keep class, code and fields', () => {
  test.each([
    new ValueError('value', { uid: 'a' }),
    new TaskValidationError('invalid', { uid: 'a', index: 3, path: 'args[0]' }),
    new KilledWorkerError('killed', { workerId: 'w', reason: 'exited', exitCode: 7 }),
    new DependencyFailureError('failed', { failedDependencies: ['a'], cause: new RangeError('root') }),
    new ClusterError('closed', { code: 'ERR_CLOSED' }),
  ])('$name', (error) => {
    const arrived = cross(error) as typeof error
    expect(arrived).toBeInstanceOf(error.constructor)
    expect(arrived).toMatchObject({ name: error.name, message: error.message, code: error.code })
    expect({ ...arrived }).toEqual({ ...error })
  })
})

test('the name stays on the prototype when it came from there', () => {
  expect(Object.hasOwn(cross(new TypeError('x')) as object, 'name')).toBe(false)
})

test('a stack crosses as it was', () => {
  const error = new Error('here')
  expect((cross(error) as Error).stack).toBe(error.stack)
})

test('a field named __proto__ does not become a prototype', () => {
  const error = new Error('x')
  Object.defineProperty(error, '__proto__', { value: { polluted: true }, enumerable: true })
  expect((cross(error) as { polluted?: boolean }).polluted).toBeUndefined()
})

test('a long chain of causes ends', () => {
  let error = new Error('0')
  for (let i = 1; i < 500; i++) error = new Error(`${i}`, { cause: error })
  let depth = 0
  for (let at: unknown = cross(error); at instanceof Error; at = at.cause) depth++
  expect(depth).toBe(64)
})

test('a proxy that throws at every touch arrives as something', () => {
  const hostile = new Proxy(new Error('x'), {
    get() {
      throw new Error('no')
    },
    ownKeys() {
      throw new Error('no')
    },
  })
  expect(() => cross(hostile)).not.toThrow()
})

test.each([undefined, null, 7, 'text', {}, { kind: 'error' }, { kind: 'error', fields: null, errors: 3 }])(
  'something else in the place of an error is an error that says so: %j',
  (garbage) => {
    expect(() => fromWireError(garbage as unknown as WireError)).not.toThrow()
  },
)

test('what can hardly be looked at is a text, and spoils nothing beside it', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  expect(clonable(proxy)).toBe('(cannot be read)')
  const back = cross(Object.assign(new RangeError('m'), { proxy, a: 1 }))
  expect(back).toBeInstanceOf(RangeError)
  expect(back).toMatchObject({ message: 'm', proxy: '(cannot be read)', a: 1 })
})
