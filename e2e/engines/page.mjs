// What the page does: for a person who opened it, and for the tests, which call what is put on `window`.
import { toLine } from '../../tools/counts.mjs'
import { browserLimits, concerns, subjectOf, tryCases } from '../conformance.mjs'
import { outcomesOf } from '../faults.mjs'
import { printOutcomes } from '../outcomes.mjs'

/** @param daskflow the packed package, as a page has it */
export function openPage(daskflow) {
  const limits = browserLimits(navigator.userAgent)
  const subject = subjectOf(daskflow, { limits, fixtures: new URL('/fixtures/', location.href) })
  // `?only=hot loop` looks at those alone.
  const only = new URLSearchParams(location.search).get('only') ?? ''
  const applies = (test) => concerns(test, subject) && test.name.includes(only)
  const kinds = { cases: () => tryCases(subject, { applies }), faults: () => outcomesOf(subject) }
  element('browser').textContent = navigator.userAgent
  element('wanting').onchange = ({ target }) => document.body.classList.toggle('wanting', target.checked)
  for (const [id, tryAll] of Object.entries(kinds)) element(id).onclick = () => show(tryAll())
  const lines = []
  Object.assign(window, {
    daskflow,
    runOn,
    /** Runs a function on an argument in workers of its own. */
    async run(resources, fn, arg) {
      const backend = await new daskflow.DaskExecutionBackend(resources)
      const outcome = await runOn(backend, fn, arg)
      await backend.shutdown()
      return outcome
    },
    /** Shows `'cases'` or `'faults'`, and answers what a program would print of them. */
    async tryAll(kind) {
      lines.length = 0
      await printOutcomes(shown(kinds[kind]()), (line) => lines.push(line))
      return lines.join('\n')
    },
    /** As far as it came. */
    lines,
  })
}

let tasks = 0

/** Runs a function on an argument, and answers how that ended. */
async function runOn(backend, fn, arg) {
  const task = { uid: `task.${tasks++}`, function: fn, args: [arg] }
  const ended = new Promise((resolve) =>
    backend.registerCallback((other, state) => other === task && state !== 'RUNNING' && resolve()),
  )
  await backend.submitTasks([task])
  await ended
  const { state, returnValue, exception } = task
  return { state, returnValue, code: exception?.code, message: exception?.message }
}

async function show(outcomes) {
  for await (const _ of shown(outcomes));
}

/** Passes on what was tried, and puts it in the table as it comes. */
async function* shown(outcomes) {
  const buttons = document.querySelectorAll('button')
  for (const button of buttons) button.disabled = true
  element('outcomes').replaceChildren()
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for await (const tried of outcomes) {
    counts[tried.outcome]++
    element('outcomes').append(row(tried))
    element('counts').textContent = toLine(counts)
    yield tried
  }
  element('counts').textContent = `Done: ${toLine(counts)}`
  for (const button of buttons) button.disabled = false
}

function row({ name, outcome, says }) {
  const row = document.createElement('tr')
  row.className = outcome
  for (const text of [name, outcome, says]) row.insertCell().textContent = text
  return row
}

const element = (id) => document.getElementById(id)
