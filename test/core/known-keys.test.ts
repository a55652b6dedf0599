import { expect, test } from 'vitest'
import { unknownKey } from '../../src/core/known-keys.js'

const KNOWN = ['nWorkers', 'threadsPerWorker', 'timeout']

test.each([
  [{ nWorkers: 1, timeout: 2 }, undefined],
  [{ n_workers: 1 }, { key: 'n_workers', nearest: 'nWorkers' }],
  [{ 'threads-per-worker': 1 }, { key: 'threads-per-worker', nearest: 'threadsPerWorker' }],
  [{ timeuot: 1 }, { key: 'timeuot', nearest: 'timeout' }],
  [{ nworker: 1 }, { key: 'nworker', nearest: 'nWorkers' }],
  [{ colour: 1 }, { key: 'colour', nearest: undefined }],
])('%j', (given, found) => {
  expect(unknownKey(given, KNOWN)).toEqual(found)
})
