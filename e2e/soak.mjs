import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { run } from '../tools/program.mjs'
import { root } from '../tools/root.mjs'
import { Consumer } from './consumer.mjs'

/** Soaks the packed package, in Node. Answers the exit code. */
export async function runSoak({ minutes, seed }) {
  const consumer = await Consumer.create()
  const moduleOf = (file) => pathToFileURL(resolve(root, file))
  consumer.write(
    'soak.mjs',
    `import * as daskflow from 'daskflow'
import { setTimeout as sleep } from 'node:timers/promises'
import { nodeLimits } from '${moduleOf('build/test/conformance/limits.js')}'
import { subjectOf } from '${moduleOf('build/test/conformance/subject.js')}'
import { soak } from '${moduleOf('build/test/faults/soak.js')}'
async function sample() {
  for (let i = 0; i < 5; i++) {
    await sleep(50)
    gc()
  }
  const { heapUsed, rss } = process.memoryUsage()
  return { heapBytes: heapUsed, residentBytes: rss, handles: process.getActiveResourcesInfo().length }
}
const subject = subjectOf(daskflow, {
  limits: nodeLimits(process.version),
  fixtures: new URL('./fixtures/', import.meta.url),
})
const wrongs = await soak(subject, { minutes: ${minutes}, seed: ${seed}, sample, print: console.log })
for (const wrong of wrongs) console.log('FAILED', wrong)
process.exitCode = wrongs.length > 0 ? 1 : 0
console.log(wrongs.length === 0 ? 'all held' : wrongs.length + ' things did not hold')`,
  )
  try {
    const { code } = await run(process.execPath, ['--expose-gc', 'soak.mjs'], { cwd: consumer.folder, output: 'show' })
    return code
  } finally {
    consumer.remove()
  }
}
