import { describe, expect, test } from 'vitest'
import { type Outcome, Vertex } from '../../src/workflow/graph.js'

/** A graph by the names of its places: who waits for whom, in the order in which they came. */
class Graph {
  readonly #vertices = new Map<string, Vertex<string>>()

  constructor(edges: Readonly<Record<string, readonly string[]>>) {
    for (const [name, dependencies] of Object.entries(edges)) {
      const vertex = new Vertex(name)
      vertex.waitFor(dependencies.map((each) => this.at(each)))
      this.#vertices.set(name, vertex)
    }
  }

  at(name: string): Vertex<string> {
    return this.#vertices.get(name) as Vertex<string>
  }

  /** Who waits for nothing any more, and what becomes of each: `c ready`. */
  settle(name: string, outcome: Outcome): readonly string[] {
    return this.at(name)
      .settle(outcome)
      .map((vertex) => `${vertex.owner} ${vertex.verdict}`)
  }
}

interface Row {
  readonly edges: Readonly<Record<string, readonly string[]>>
  /** One after the other: who ends how, and who is free then. */
  readonly ends: readonly (readonly [name: string, outcome: Outcome, freed: readonly string[]])[]
}

const TWO = { a: [], b: [], c: ['a', 'b'] }

const rows: Readonly<Record<string, Row>> = {
  'what waits for one is free when that is done': { edges: { a: [], b: ['a'] }, ends: [['a', 'done', ['b ready']]] },
  'what waits for two is free when the last is done': {
    edges: TWO,
    ends: [
      ['b', 'done', []],
      ['a', 'done', ['c ready']],
    ],
  },
  'what depends on a failure waits for all': {
    edges: TWO,
    ends: [
      ['a', 'failed', []],
      ['b', 'done', ['c failed']],
    ],
  },
  'one that was cancelled counts before one that failed': {
    edges: TWO,
    ends: [
      ['a', 'failed', []],
      ['b', 'canceled', ['c canceled']],
    ],
  },
  'one that was cancelled counts before one that failed, also when it came first': {
    edges: TWO,
    ends: [
      ['b', 'canceled', []],
      ['a', 'failed', ['c canceled']],
    ],
  },
  'the same thing twice is waited for once': { edges: { a: [], b: ['a', 'a'] }, ends: [['a', 'done', ['b ready']]] },
  'all that wait are free at once, in the order in which they came': {
    edges: { a: [], d: ['a'], c: ['a'], b: ['a'] },
    ends: [['a', 'done', ['d ready', 'c ready', 'b ready']]],
  },
  'only the next ones are free, not theirs': {
    edges: { a: [], b: ['a'], c: ['b'] },
    ends: [
      ['a', 'done', ['b ready']],
      ['b', 'failed', ['c failed']],
    ],
  },
  'what has ended by itself is not free again': {
    edges: TWO,
    ends: [
      ['c', 'canceled', []],
      ['a', 'done', []],
      ['b', 'done', []],
    ],
  },
  'a diamond is free once': {
    edges: { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] },
    ends: [
      ['a', 'done', ['b ready', 'c ready']],
      ['c', 'done', []],
      ['b', 'done', ['d ready']],
    ],
  },
}

describe('a graph', () => {
  test.each(Object.entries(rows))('%s', (_, { edges, ends }) => {
    const graph = new Graph(edges)
    for (const [name, outcome, freed] of ends) expect(graph.settle(name, outcome)).toEqual(freed)
  })

  test('what waits for what is done does not wait', () => {
    const done = new Vertex('a')
    done.settle('done')
    const late = new Vertex('b')
    late.waitFor([done])
    expect([late.waits, late.verdict]).toEqual([false, 'ready'])
  })

  test('what waits for what failed is failed at once', () => {
    const failed = new Vertex('a')
    failed.settle('failed')
    const late = new Vertex('b')
    late.waitFor([failed])
    expect([late.waits, late.verdict]).toEqual([false, 'failed'])
  })

  test('tells what it waits for as often as that was named', () => {
    const graph = new Graph({ a: [], b: [], c: ['a', 'b', 'a'] })
    expect(graph.at('c').dependencies.map(({ owner }) => owner)).toEqual(['a', 'b', 'a'])
  })

  test('holds nothing of the graph once it has ended', () => {
    const graph = new Graph({ a: [], b: ['a'], c: ['b'] })
    graph.settle('a', 'done')
    graph.settle('b', 'done')
    expect([graph.at('b').dependencies, graph.at('b').dependents]).toEqual([[], []])
  })
})
