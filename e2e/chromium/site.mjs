import { cpSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from '../../tools/root.mjs'
import { bundle } from '../bundle.mjs'

const PAGE = `
import * as daskflow from 'daskflow'
import { CHROMIUM as limits, runConformance, subjectOf } from ${JSON.stringify(resolve(root, 'e2e/conformance.mjs'))}
import { runFaults } from ${JSON.stringify(resolve(root, 'e2e/faults.mjs'))}

let tasks = 0

/** Runs a function on an argument, and answers how that ended. */
window.runOn = async (backend, fn, arg) => {
  const task = { uid: 'task.' + tasks++, function: fn, args: [arg] }
  const ended = new Promise((resolve) => backend.registerCallback((other, state) => other === task && state !== 'RUNNING' && resolve()))
  await backend.submitTasks([task])
  await ended
  const { state, returnValue, exception } = task
  return { state, returnValue, code: exception?.code, message: exception?.message }
}
window.run = async (resources, fn, arg) => {
  const backend = await new daskflow.DaskExecutionBackend(resources)
  const outcome = await window.runOn(backend, fn, arg)
  await backend.shutdown()
  return outcome
}
window.daskflow = daskflow
const subject = subjectOf(daskflow, {
  limits, fixtures: new URL('/fixtures/', location.href),
})
window.conformance = () => runConformance(subject)
window.faults = () => runFaults(subject)`

/** Makes what a server serves: the page, bundled as an application is, and the fixtures. Answers the folder. */
export async function makeSite(consumer) {
  const folder = join(consumer.folder, 'site')
  mkdirSync(folder)
  cpSync(join(consumer.folder, 'fixtures'), join(folder, 'fixtures'), { recursive: true })
  for (const name of ['worker', 'tasks'])
    await bundle(join(consumer.folder, `fixtures/${name}.js`), join(folder, `fixtures/${name}.js`))
  consumer.write('page.mjs', PAGE)
  await bundle(join(consumer.folder, 'page.mjs'), join(folder, 'page.js'))
  cpSync(join(consumer.folder, 'node_modules/daskflow/dist/web/worker.js'), join(folder, 'web-worker.js'))
  return folder
}
