import { existsSync, readFileSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { withExitCode } from './counts.mjs'
import { runNode } from './program.mjs'
import { root } from './root.mjs'

const REPORT = 'build/vitest.json'

/** Runs the tests that Vitest knows, live on the screen, and counts them; with `filters`, only those. */
export async function runVitest(filters) {
  rmSync(resolve(root, REPORT), { force: true })
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`]
  // A filter that finds nothing is a typo; a repository without tests is merely young.
  if (filters.length === 0) args.push('--passWithNoTests')
  const { code } = await runNode('node_modules/vitest/vitest.mjs', [...args, ...filters], { output: 'show' })
  const report = existsSync(resolve(root, REPORT)) && JSON.parse(readFileSync(resolve(root, REPORT), 'utf8'))
  if (report) printSkipped(report)
  return withExitCode(report ? toCounts(report) : undefined, code)
}

function toCounts(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.testResults.filter(failedToLoad).length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** A file that throws before its first test has no test to blame. */
function failedToLoad({ status, assertionResults }) {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed')
}

function printSkipped(report) {
  const tests = report.testResults.flatMap((file) => file.assertionResults)
  for (const { status, fullName } of tests) if (status !== 'passed' && status !== 'failed') console.log(`skipped: ${fullName}`)
}
