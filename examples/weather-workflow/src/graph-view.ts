import { type Place, placesOf } from './layout.ts'
import { HEIGHT, NodeView, WIDTH } from './node-view.ts'
import { svg } from './svg.ts'
import type { TaskGraph, TaskNode } from './task-graph.ts'

const GAP = { x: 64, y: 20 }
const MARGIN = 2

/** The graph of a workflow, drawn in columns from left to right. */
export class GraphView {
  readonly #canvas: SVGSVGElement
  readonly #views = new Map<string, NodeView>()

  /** Draws in place of what `canvas` showed. */
  constructor(canvas: SVGSVGElement, graph: TaskGraph, cancel: (node: TaskNode) => void) {
    this.#canvas = canvas
    canvas.setAttribute('role', 'list')
    canvas.replaceChildren()
    const places = placesOf(graph.nodes)
    const top = Math.min(...[...places.values()].map(({ row }) => row))
    const positions = new Map([...places].map(([node, place]) => [node, positionOf(place, top)]))
    this.#fit([...positions.values()])
    for (const [node, to] of positions) {
      for (const dependency of node.dependencies) canvas.append(edge(positions.get(dependency) ?? to, to))
    }
    for (const [node, at] of positions) {
      const view = new NodeView(node, at, () => cancel(node))
      this.#views.set(node.id, view)
      canvas.append(view.element)
    }
  }

  update({ id }: TaskNode): void {
    this.#views.get(id)?.update()
  }

  advance(id: string, share: number): void {
    this.#views.get(id)?.advance(share)
  }

  #fit(positions: readonly Position[]): void {
    const width = Math.max(...positions.map(({ x }) => x)) + WIDTH + MARGIN
    const height = Math.max(...positions.map(({ y }) => y)) + HEIGHT + MARGIN
    this.#canvas.setAttribute('viewBox', `0 0 ${width} ${height}`)
  }
}

interface Position {
  readonly x: number
  readonly y: number
}

function positionOf({ column, row }: Place, top: number): Position {
  return { x: MARGIN + column * (WIDTH + GAP.x), y: MARGIN + (row - top) * (HEIGHT + GAP.y) }
}

function edge(from: Position, to: Position): SVGPathElement {
  const start = { x: from.x + WIDTH, y: from.y + HEIGHT / 2 }
  const end = { x: to.x, y: to.y + HEIGHT / 2 }
  const bend = GAP.x / 2
  const curve = `C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`
  return svg('path', { class: 'edge', 'aria-hidden': 'true', d: `M${start.x} ${start.y}${curve}` })
}
