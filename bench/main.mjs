// Measures the packed package beside its peers: all workloads in all runtimes, or those that the arguments name.
import process from 'node:process'
import { installPackages } from '../tools/packages.mjs'
import { installRuntimes } from '../tools/runtimes.mjs'
import { installBench } from './installed.mjs'
import { measure } from './measure.mjs'
import { peersOf } from './peers/all.mjs'
import { conclude, keep } from './results.mjs'
import { RUNTIMES } from './runtimes.mjs'
import { parseSelection } from './selection.mjs'
import { sizes } from './sizes.mjs'
import { judgeUnmeasured } from './verdicts.mjs'
import { burnsPerMs } from './work.mjs'
import { WORKERS } from './workers.mjs'

const RESULT = 'build/bench.json'

try {
  const { check, parts } = parseSelection(process.argv.slice(2))
  const { missed, failed } = await measureAll(parts, check)
  if (failed || (check && missed.length > 0)) process.exitCode = 1
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

async function measureAll(parts, check) {
  await installPackages('bench')
  if (parts.some(({ runtime }) => runtime !== 'node')) await installRuntimes()
  const folder = await installBench()
  console.log(`${WORKERS} workers each. Ratios are ours / this. Quote them, never the rates and times.`)
  const all = { ...sizes, burnsPerMs: await burnsPerMs() }
  const results = []
  for (const part of parts) results.push(await measurePart(part, all, folder))
  const last = check ? await measureAgain(results, (part) => measurePart(part, all, folder)) : results
  const missed = keep(last, RESULT)
  return { missed, failed: last.some(({ failed }) => failed) }
}

/** Those that miss a gate once more: a machine that was busy for a moment is not a package that got worse. */
async function measureAgain(results, measurePart) {
  const last = []
  for (const first of results) {
    if (first.verdicts.every(({ ok }) => ok) || first.skipped) last.push(first)
    else {
      console.log(`\n${first.runtime} ${first.workload} is measured again, once.`)
      last.push({ ...(await measurePart(first)), first })
    }
  }
  return last
}

async function measurePart({ runtime, workload }, sizes, folder) {
  const { open, install } = RUNTIMES[runtime]
  const stages = await open(folder)
  if (stages === undefined) {
    console.log(`\n${runtime} ${workload}: skipped, ${install}`)
    return { runtime, workload, skipped: true, verdicts: judgeUnmeasured(runtime, workload) }
  }
  const startedAt = performance.now()
  const seconds = () => Math.round((performance.now() - startedAt) / 1000)
  try {
    const platform = { peers: peersOf(runtime), sizes }
    const measured = await measure(await import(`./workloads/${workload}.mjs`), platform, (contender) =>
      stages.setStage(workload, contender, sizes),
    )
    return { ...conclude(runtime, workload, measured), seconds: seconds() }
  } catch (error) {
    console.log(`\n${runtime} ${workload}: failed: ${error.message}`)
    return { runtime, workload, seconds: seconds(), failed: true, verdicts: judgeUnmeasured(runtime, workload) }
  } finally {
    await stages.close()
  }
}
