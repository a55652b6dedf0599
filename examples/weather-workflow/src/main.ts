// A page that runs a workflow: a small graph of tasks, drawn while they run.
import { DaskExecutionBackend, WorkflowEngine } from 'daskflow'
import { type Order, planAnalysis } from './analysis.ts'
import { element } from './element.ts'
import { GraphView } from './graph-view.ts'
import { ResultsView } from './results-view.ts'
import { type NodeState, TaskGraph } from './task-graph.ts'

const form = element('order', HTMLFormElement)
const resamples = element('resamples', HTMLInputElement)
const runButton = element('run', HTMLButtonElement)
const status = element('status', HTMLElement)
const alert = element('alert', HTMLElement)
const canvas = element('graph', SVGSVGElement)
const results = new ResultsView(element('results', HTMLElement))

const url = new URL('./readings.csv', import.meta.url).href

// What runs the tasks. To have them run elsewhere, change this: the workflow stays as it is.
const backend = new DaskExecutionBackend({
  nWorkers: 4,
  worker: () => new Worker(new URL('./tasks.worker.ts', import.meta.url), { type: 'module' }),
})

const flow = await WorkflowEngine.create({ backend }).catch((error) => {
  complain(`The workers could not be started: ${error.message}`)
  throw error
})
const telemetry = await flow.startTelemetry()

let run = plan()
form.addEventListener('submit', (event) => {
  event.preventDefault()
  if (run.graph.hasEnded) run = plan()
  run.begin({ url, resamples: resamples.valueAsNumber })
})

/** Shows a workflow whose tasks wait for an order; `begin` gives it. */
function plan() {
  const { promise: order, resolve: begin } = Promise.withResolvers<Order>()
  const graph = new TaskGraph()
  const unsubscribe = telemetry.subscribe((event) => {
    const changed = graph.hear(event)
    if (changed === undefined) return
    view.update(changed)
    showStatus(graph)
    if (changed.error !== undefined) complain(`${changed.name} failed: ${changed.error}`)
    if (graph.hasEnded) unsubscribe()
  })
  const analysis = planAnalysis(flow, order)
  const futures = new Map(analysis.tasks.map((future) => [future.uid, future]))
  const view = new GraphView(canvas, graph, ({ id }) => futures.get(id)?.cancel())
  for (const [uid, future] of futures) future.onProgress((share) => view.advance(uid, share as number))

  alert.hidden = true
  results.show(analysis)
  showStatus(graph)
  return { graph, begin }
}

function showStatus(graph: TaskGraph): void {
  const count = (state: NodeState) => `${graph.count(state)} ${state}`
  runButton.disabled = graph.isRunning
  runButton.textContent = graph.hasEnded ? 'Run again' : 'Run'
  if (graph.isRunning) status.textContent = `Running: ${count('done')} of ${graph.nodes.length}.`
  else if (graph.hasEnded) status.textContent = `Finished: ${count('done')}, ${count('cancelled')}, ${count('failed')}.`
  else status.textContent = `${count('pending')}: they wait for you.`
}

function complain(what: string): void {
  alert.textContent = what
  alert.hidden = false
}
