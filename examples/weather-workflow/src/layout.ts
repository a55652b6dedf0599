import type { TaskNode } from './task-graph.ts'

/** Where a node is: its column, from 0, and its row, 0 in the middle. */
export interface Place {
  readonly column: number
  readonly row: number
}

/** Puts each node in the column after all that it waits for, and there near to them. */
export function placesOf(nodes: readonly TaskNode[]): Map<TaskNode, Place> {
  const places = new Map<TaskNode, Place>()
  for (const [column, members] of columnsOf(nodes).entries()) {
    const heights = new Map(members.map((node) => [node, mean(node.dependencies.map((each) => places.get(each)?.row ?? 0))]))
    const sorted = members.toSorted((a, b) => (heights.get(a) ?? 0) - (heights.get(b) ?? 0))
    for (const [i, node] of sorted.entries()) places.set(node, { column, row: i - (sorted.length - 1) / 2 })
  }
  return places
}

function columnsOf(nodes: readonly TaskNode[]): TaskNode[][] {
  const depths = new Map<TaskNode, number>()
  const columns: TaskNode[][] = []
  for (const node of nodes) {
    const depth = Math.max(-1, ...node.dependencies.map((each) => depths.get(each) ?? 0)) + 1
    depths.set(node, depth)
    columns[depth] ??= []
    columns[depth].push(node)
  }
  return columns
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
