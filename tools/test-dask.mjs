// `npm run test:dask -- --versions 2022.12,2024.12`: e2e/dask on each of these versions of Dask. Default: all that are known.
import { parseArgs } from 'node:util'
import { makeArchive } from './archive.mjs'
import { makeCases } from './cases.mjs'
import { fromOutput, sum, toLine, withExitCode } from './counts.mjs'
import { Dask, VERSIONS } from './dask.mjs'
import { runNode } from './program.mjs'
import { setUp } from './setup.mjs'

const RUNNER = 'e2e/dask/run.mjs'
const TIMEOUT_MS = 10 * 60_000
const FAILED = { passed: 0, failed: 1, skipped: 0 }
const SKIPPED = { passed: 0, failed: 0, skipped: 1 }

async function testVersions(versions) {
  if (!(await setUp())) return [FAILED]
  for (const step of [makeArchive, makeCases]) {
    const { code, output } = await step()
    if (code === 0) continue
    console.log(output)
    return [FAILED]
  }
  const own = await Dask.find()?.version()
  console.log(own === undefined ? 'This machine has no Dask of its own.' : `This machine's own Dask is ${own}.`)
  const all = []
  for (const version of versions) all.push(await test(version))
  return all
}

async function test(version) {
  const missing = await Dask.install(version)
  if (missing !== undefined) {
    console.log(`\nskipped: all of Dask ${version}: ${missing}`)
    return SKIPPED
  }
  const dask = await Dask.of(version)
  console.log(`\nDask ${await dask.version()}, ${dask.origin}`)
  const { code, output } = await runNode(RUNNER, ['--version', version], { output: 'both', timeoutMs: TIMEOUT_MS })
  return withExitCode(fromOutput(output), code)
}

const { values } = parseArgs({ options: { versions: { type: 'string', default: VERSIONS.join() } } })
const total = sum(await testVersions(values.versions.split(',')))
if (total.failed > 0) process.exitCode = 1
console.log(toLine(total))
