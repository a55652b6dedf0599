// The packed package in every version of Node that it is made for, by the same cases.
import { strict as assert } from 'node:assert'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fromOutput, toLine } from '../../tools/counts.mjs'
import { whyNotInstalled } from '../../tools/packages.mjs'
import { run } from '../../tools/program.mjs'
import { root } from '../../tools/root.mjs'
import { NODE_LIMITS, writeCases } from '../cases-program.mjs'
import { Consumer } from '../consumer.mjs'
import { runSuite, skipAll } from '../suite.mjs'
import { seeTypeScript, seeTypeScriptRefused } from '../typescript.mjs'

// The oldest that will do, and the newest of each line since.
const MAJORS = [20, 22, 24, 26]
const CASES_MS = 300_000
const AT_A_TIME = 2

const missing = await findMissing()
if (missing === undefined) await runInAll()
else skipAll('other versions of Node', missing)

async function runInAll() {
  const consumer = await Consumer.create()
  writeCases(consumer, 'conformance.mjs', { limits: NODE_LIMITS })
  const cases = inTurns(MAJORS.map((major) => () => outputOfCases(consumer, major)))
  try {
    await runSuite(testsOf(consumer), ...cases.map((output) => () => output))
  } finally {
    consumer.remove()
  }
}

async function outputOfCases(consumer, major) {
  const { output } = await run(nodeOf(major), ['conformance.mjs'], { cwd: consumer.folder, timeoutMs: CASES_MS })
  const counted = fromOutput(output) === undefined ? `${output}\n${toLine({ passed: 0, failed: 1, skipped: 0 })}` : output
  return `The cases in Node ${major}\n${counted}`
}

function testsOf(consumer) {
  const tests = MAJORS.map((major) => {
    const node = nodeOf(major)
    return {
      [`Node ${major} is the one that runs`]: async () =>
        assert.match(await consumer.run(node, ['--version']), new RegExp(`^v${major}\\.`)),
      [`TypeScript in Node ${major}`]: () =>
        major < 22 ? seeTypeScriptRefused(consumer, node) : seeTypeScript(consumer, node, []),
    }
  })
  return Object.assign({}, ...tests)
}

/** Starts some at a time; answers a promise of each. */
function inTurns(programs) {
  const started = []
  for (const program of programs) {
    const before = started[started.length - AT_A_TIME]
    started.push(Promise.resolve(before).then(program))
  }
  return started
}

/** Why they cannot be run; `undefined` when they can. */
async function findMissing() {
  const missing = await whyNotInstalled('e2e/nodes')
  if (missing !== undefined) return missing
  const lacking = MAJORS.filter((major) => !existsSync(nodeOf(major)))
  if (lacking.length === 0) return undefined
  return `there is no Node ${lacking.join(', ')}: npm must run the scripts of these packages (npm install --prefix e2e/nodes --no-ignore-scripts)`
}

function nodeOf(major) {
  return resolve(root, `e2e/nodes/node_modules/node-${major}/bin/${process.platform === 'win32' ? 'node.exe' : 'node'}`)
}
