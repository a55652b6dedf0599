import { svg } from './svg.ts'
import type { NodeState, TaskNode } from './task-graph.ts'

export const WIDTH = 184
export const HEIGHT = 60

const SIGNS: Readonly<Record<NodeState, string>> = { pending: '○', running: '▶', done: '✓', failed: '!', cancelled: '⊘' }

/** A task as it is drawn: its name, its state in words and colour, how far it is, and a button that cancels it. */
export class NodeView {
  readonly element: SVGGElement
  readonly #node: TaskNode
  readonly #state = svg('text', { x: 14, y: 42, class: 'state', 'aria-hidden': 'true' })
  readonly #bar = svg('rect', { x: 14, y: 50, width: 0, height: 3, rx: 1.5, class: 'bar' })
  readonly #button: SVGGElement

  constructor(node: TaskNode, at: { readonly x: number; readonly y: number }, cancel: () => void) {
    this.#node = node
    this.#button = cancelButton(node.name, cancel)
    const shape = { width: WIDTH, height: HEIGHT, rx: 8 }
    this.element = svg(
      'g',
      { role: 'listitem', class: 'node', transform: `translate(${at.x} ${at.y})` },
      svg('rect', { ...shape, class: 'box' }),
      this.#bar,
      svg('text', { x: 14, y: 23, class: 'name', 'aria-hidden': 'true' }, node.name),
      this.#state,
      this.#button,
    )
    this.update()
  }

  /** Draws the state that the node has now. */
  update(): void {
    const { name, state, seconds, dependencies } = this.#node
    const after = dependencies.length === 0 ? '' : `, after ${dependencies.map((each) => each.name).join(', ')}`
    this.element.setAttribute('aria-label', `${name}: ${state}${after}`)
    this.element.dataset.state = state
    this.#state.textContent = `${SIGNS[state]} ${state}${seconds === undefined ? '' : ` · ${durationOf(seconds)}`}`
    if (state !== 'pending' && state !== 'running') this.#button.remove()
  }

  /** @param share of its work that is done */
  advance(share: number): void {
    this.#bar.setAttribute('width', String(share * (WIDTH - 28)))
    if (this.#node.state === 'running') this.#state.textContent = `${SIGNS.running} running · ${Math.floor(share * 100)} %`
  }
}

function durationOf(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`
}

function cancelButton(name: string, cancel: () => void): SVGGElement {
  const button = svg(
    'g',
    { role: 'button', tabindex: 0, class: 'cancel', 'aria-label': `Cancel ${name}`, transform: `translate(${WIDTH - 20} 20)` },
    svg('circle', { r: 11 }),
    svg('path', { d: 'M-4-4 4 4M-4 4 4-4' }),
  )
  button.addEventListener('click', cancel)
  button.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    cancel()
  })
  return button
}
