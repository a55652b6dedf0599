import { expect, test } from 'vitest'
import { dialectOf, versionOf } from '../../src/dask/comm/dialect.js'

// The versions on both sides of each change.
const DIALECTS = [
  ['2022.12.1', 'tasks', 'request', true],
  ['2023.3.0', 'tasks', 'request', true],
  ['2023.3.1', 'tasks', 'message', true],
  ['2024.11.0', 'graph', 'message', false],
  ['2024.12.1', 'graph', 'message', false],
  ['2025.2.0', 'graph', 'message', false],
  ['2025.3.0', 'graph', 'reason', false],
  ['2025.4.0', 'expression', 'reason', false],
  ['2026.7.1+10.g40fcd99a8', 'expression', 'reason', false],
] as const

test.each(DIALECTS)('%s takes graphs as %s, cancels by a %s', (version, graphs, cancels, listsValues) => {
  expect(dialectOf(version)).toEqual({ version, graphs, cancels, listsValues })
})

test.each(['2022.11.1', '2023.4.0', '2024.10.0', 'unknown', ''])('%j is refused, and said', (version) => {
  expect(() => dialectOf(version)).toThrow(`is ${version}; daskflow speaks`)
})

test('what says no version is no scheduler', () => {
  expect(() => versionOf('tcp://host:1', { packages: {} })).toThrow('tcp://host:1 is no Dask scheduler')
})
