import { describe, test } from 'vitest'
import { one, play, two } from './play.js'

const kept = { keep: 'shared' } as const

// Ids, as `release` names them: what two workers did before are 0 and 1.
describe('where a task goes that needs values', () => {
  test('to where most of its input lies, when the rest is there', () =>
    play([
      ...two,
      ['submit', { a: kept, b: kept }, '=>', 'assign w-0 a', 'assign w-1 b'],
      ['kept', 'a', 2_000, '=>'],
      ['kept', 'b', 9_000, '=>'],
      ['submit', { c: { on: ['a', 'b'] } }, '=>', 'move a w-0 w-1'],
      ['landed', '=>', 'assign w-1 c'],
    ]))

  test('a value that is wanted by two there is moved once', () =>
    play(
      [
        ...one,
        ['submit', { a: kept, b: kept, x: {} }, '=>', 'assign w-0 a b', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'assign w-1 x'],
        ['kept', 'a', 2_000, '=>'],
        ['kept', 'b', 2_000, '=>'],
        ['submit', { c: { on: ['a', 'a'], workers: ['w-1'] }, d: {} }, '=>', 'move a w-0 w-1', 'assign w-0 d'],
        ['done', 'x', '=>'],
        ['submit', { e: { on: ['a'], workers: ['w-1'] } }, '=>'],
        ['landed', '=>', 'assign w-1 c e'],
      ],
      { slots: 2 },
    ))

  test('small ones go with the task', () =>
    play([
      ...two,
      ['submit', { a: kept }, '=>', 'assign w-0 a'],
      ['small', 'a', '=>'],
      ['submit', { b: { on: ['a'] } }, '=>', 'assign w-0 b'],
    ]))

  test('one that waits for its inputs has its place there', () =>
    play([
      ...two,
      ['submit', { a: kept, b: kept }, '=>', 'assign w-0 a', 'assign w-1 b'],
      ['kept', 'a', 2_000, '=>'],
      ['kept', 'b', 9_000, '=>'],
      ['submit', { c: { on: ['a', 'b'] }, d: {}, e: {} }, '=>', 'move a w-0 w-1', 'assign w-0 d'],
      ['landed', '=>', 'assign w-1 c'],
      ['done', 'd', '=>', 'assign w-0 e'],
    ]))

  test('what cannot be sent fails it, and not the value', () =>
    play([
      ...two,
      ['submit', { a: kept, b: kept }, '=>', 'assign w-0 a', 'assign w-1 b'],
      ['kept', 'a', 2_000, '=>'],
      ['kept', 'b', 9_000, '=>'],
      ['submit', { c: { on: ['a', 'b'] }, d: { after: ['c'] } }, '=>', 'move a w-0 w-1'],
      ['grounded', '=>', 'inputFailed c', 'failed d<c'],
      ['submit', { e: { on: ['a'] } }, '=>', 'assign w-0 e'],
    ]))

  test('one that is cancelled meanwhile frees its place at once', () =>
    play([
      ...two,
      ['submit', { a: kept, b: kept }, '=>', 'assign w-0 a', 'assign w-1 b'],
      ['kept', 'a', 2_000, '=>'],
      ['kept', 'b', 9_000, '=>'],
      ['submit', { c: { on: ['a', 'b'] }, d: {}, e: {} }, '=>', 'move a w-0 w-1', 'assign w-0 d'],
      ['cancel', 'c', '=>', 'canceled c', 'assign w-1 e'],
      ['landed', '=>'],
    ]))
})

describe('what nobody needs', () => {
  test('is dropped when it is released', () =>
    play([
      ...one,
      ['submit', { a: kept }, '=>', 'assign w-0 a'],
      ['kept', 'a', 2_000, '=>'],
      ['released', 'a', '=>', 'release w-0 0'],
    ]))

  test('is dropped when it is released before it is done and needed until then', () =>
    play([
      ...one,
      ['submit', { a: kept, b: { on: ['a'] } }, '=>', 'assign w-0 a'],
      ['released', 'a', '=>'],
      ['kept', 'a', 2_000, '=>', 'assign w-0 b'],
      ['done', 'b', '=>', 'release w-0 0'],
    ]))

  test('is cancelled when nothing will need it', () =>
    play([
      ...one,
      ['submit', { a: kept, b: { ...kept, on: ['a'] } }, '=>', 'assign w-0 a'],
      ['released', 'a', '=>'],
      ['released', 'b', '=>', 'canceled b', 'abort w-0 a', 'canceled a'],
      ['kept', 'a', 2_000, '=>', 'release w-0 0'],
    ]))

  test('is dropped on all workers that have it', () =>
    play([
      ...two,
      ['submit', { a: kept, b: kept }, '=>', 'assign w-0 a', 'assign w-1 b'],
      ['kept', 'a', 2_000, '=>'],
      ['kept', 'b', 9_000, '=>'],
      ['submit', { c: { on: ['a', 'b'] } }, '=>', 'move a w-0 w-1'],
      ['landed', '=>', 'assign w-1 c'],
      ['done', 'c', '=>'],
      ['released', 'a', '=>', 'release w-0 2', 'release w-1 2'],
    ]))

  test('is dropped where it arrives when it was released on the way', () =>
    play([
      ...two,
      ['submit', { a: kept, b: kept }, '=>', 'assign w-0 a', 'assign w-1 b'],
      ['kept', 'a', 2_000, '=>'],
      ['kept', 'b', 9_000, '=>'],
      ['submit', { c: { on: ['a', 'b'] } }, '=>', 'move a w-0 w-1'],
      ['released', 'a', '=>'],
      ['cancel', 'c', '=>', 'canceled c', 'release w-0 2'],
      ['landed', '=>', 'release w-1 2'],
    ]))
})

describe('what is asked for', () => {
  test('comes when it is there', () =>
    play([
      ...one,
      ['submit', { a: kept }, '=>', 'assign w-0 a'],
      ['wanted', 'a', '=>'],
      ['kept', 'a', 2_000, '=>', 'move a w-0 here'],
      ['released', 'a', '=>'],
      ['landed', '=>', 'release w-0 0'],
    ]))

  test('comes at once when it is small', () =>
    play([...one, ['submit', { a: kept }, '=>', 'assign w-0 a'], ['wanted', 'a', '=>'], ['small', 'a', '=>', 'here a']]))

  test('is computed again when it was lost', () =>
    play([
      ...one,
      ['submit', { a: kept }, '=>', 'assign w-0 a'],
      ['kept', 'a', 2_000, '=>'],
      ['wanted', 'a', '=>', 'move a w-0 here'],
      ['lost', 'w-0', '=>', 'spawn w-1'],
      ['ready', 'w-1', '=>', 'assign w-1 a'],
      ['kept', 'a', 2_000, '=>', 'move a w-1 here'],
      ['landed', '=>'],
    ]))
})

describe('values on a lost worker', () => {
  test('are computed again when a task needs them, and what they need', () =>
    play([
      ...one,
      ['submit', { a: kept, b: { ...kept, on: ['a'] } }, '=>', 'assign w-0 a'],
      ['kept', 'a', 2_000, '=>', 'assign w-0 b'],
      ['kept', 'b', 2_000, '=>'],
      ['released', 'a', '=>', 'release w-0 0'],
      ['lost', 'w-0', '=>', 'spawn w-1'],
      ['submit', { c: { on: ['b'] } }, '=>'],
      ['ready', 'w-1', '=>', 'assign w-1 a'],
      ['kept', 'a', 2_000, '=>', 'assign w-1 b'],
      ['kept', 'b', 2_000, '=>', 'assign w-1 c', 'release w-1 0'],
    ]))

  test('are had from another that has them', () =>
    play([
      ...two,
      ['submit', { a: kept, b: kept }, '=>', 'assign w-0 a', 'assign w-1 b'],
      ['kept', 'a', 2_000, '=>'],
      ['kept', 'b', 9_000, '=>'],
      ['submit', { c: { on: ['a', 'b'] } }, '=>', 'move a w-0 w-1'],
      ['landed', '=>', 'assign w-1 c'],
      ['done', 'c', '=>'],
      ['lost', 'w-0', '=>'],
      ['wanted', 'a', '=>', 'move a w-1 here'],
    ]))

  test('on their way from there: the task waits for them to be computed again', () =>
    play([
      ...two,
      ['submit', { a: kept, b: kept }, '=>', 'assign w-0 a', 'assign w-1 b'],
      ['kept', 'a', 2_000, '=>'],
      ['kept', 'b', 9_000, '=>'],
      ['submit', { c: { on: ['a', 'b'] } }, '=>', 'move a w-0 w-1'],
      ['lost', 'w-0', '=>', 'assign w-1 a'],
      ['kept', 'a', 2_000, '=>', 'assign w-1 c'],
    ]))

  test('on their way to there: the task goes elsewhere', () =>
    play([
      ...two,
      ['submit', { a: kept, b: kept }, '=>', 'assign w-0 a', 'assign w-1 b'],
      ['kept', 'a', 2_000, '=>'],
      ['kept', 'b', 9_000, '=>'],
      ['submit', { c: { on: ['a', 'b'] } }, '=>', 'move a w-0 w-1'],
      ['lost', 'w-1', '=>', 'assign w-0 b'],
      ['kept', 'b', 9_000, '=>', 'assign w-0 c'],
    ]))

  test('that nobody computed are lost, and fail what needs them', () =>
    play([
      ...two,
      ['scattered', 'a', 'w-0', '=>'],
      ['submit', { b: { on: ['a'] } }, '=>', 'assign w-0 b'],
      ['lost', 'w-0', '=>', 'valueLost a w-0', 'failed b<a'],
      ['submit', { c: { on: ['a'] } }, '=>', 'failed c<a'],
    ]))

  test('that nobody computed are safe where another has them', () =>
    play([
      ...two,
      ['scattered', 'a', 'w-0', 'w-1', '=>'],
      ['lost', 'w-0', '=>'],
      ['submit', { c: { on: ['a'] } }, '=>', 'assign w-1 c'],
    ]))
})

describe('a worker that has done all that it is to do', () => {
  test('gives its values to another before it ends', () =>
    play(
      [
        ...one,
        ['submit', { a: kept }, '=>', 'assign w-0 a'],
        ['kept', 'a', 2_000, '=>', 'spawn w-1'],
        ['ready', 'w-1', '=>', 'move a w-0 w-1'],
        ['landed', '=>', 'terminate w-0 maxTasksPerWorker'],
        ['wanted', 'a', '=>', 'move a w-1 here'],
      ],
      { maxTasks: 1 },
    ))

  test('does so when there are to be fewer, the one with the least to lose', () =>
    play([
      ...two,
      ['submit', { a: kept, b: {}, c: {} }, '=>', 'assign w-0 a', 'assign w-1 b'],
      ['kept', 'a', 2_000, '=>', 'assign w-0 c'],
      ['done', 'b', 'c', '=>'],
      ['scale', 1, '=>', 'terminate w-1 scaled'],
      ['scale', 2, '=>', 'spawn w-2'],
      ['ready', 'w-2', '=>'],
      ['submit', { d: { workers: ['w-2'] } }, '=>', 'assign w-2 d'],
      ['scale', 1, '=>', 'move a w-0 w-2'],
      ['landed', '=>', 'terminate w-0 scaled'],
    ]))

  test('that is idle is ended when what lies there is with another', () =>
    play([
      ...two,
      ['submit', { a: kept }, '=>', 'assign w-0 a'],
      ['kept', 'a', 2_000, '=>'],
      ['idle', 'w-0', '=>', 'move a w-0 w-1'],
      ['landed', '=>', 'terminate w-0 idle'],
      ['idle', 'w-1', '=>'],
    ]))
})
