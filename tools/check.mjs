import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { checkApi } from './api.mjs'
import { archive, makeArchive } from './archive.mjs'
import { runNode } from './program.mjs'
import { isMain, root } from './root.mjs'
import { setUp } from './setup.mjs'

/** What can be told without running the library; each says what is wrong and ends with a bad exit code. */
const CHECKS = {
  types: () => runNode('node_modules/typescript/bin/tsc', ['-b', '.', ...typedFolders()]),
  'lint and format': () => runNode('node_modules/@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', '--colors=off', '.']),
  'built files': () => runNode('tools/built-files.mjs'),
  'documented names': checkApi,
  package: makeArchive,
  publint: () => runNode('node_modules/publint/src/cli.js', ['--strict', archive]),
  attw: () => runNode('node_modules/@arethetypeswrong/cli/dist/index.js', ['--profile', 'esm-only', archive]),
  size: () => runNode('node_modules/size-limit/bin.js', ['--config', 'tools/size-limit.json']),
  unused: () => runNode('node_modules/knip/bin/knip.js', ['--config', 'tools/knip.json', '--no-progress', '--no-config-hints']),
}

/** Runs every check, prints a line for each and the complaints of those that fail, and counts them as tests. */
export async function check() {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const [name, runCheck] of Object.entries(CHECKS)) {
    const { code, output } = await runCheck()
    counts[code === 0 ? 'passed' : 'failed']++
    console.log(code === 0 ? `ok ${name}` : `FAILED ${name}\n${output.trimEnd()}\n`)
  }
  return counts
}

/** The folders that the root's tsconfig.json does not refer to, since no build needs them. */
function typedFolders() {
  return ['test', 'examples/web-image', 'examples/weather-workflow', 'examples/workflows'].filter((folder) =>
    existsSync(resolve(root, folder, 'tsconfig.json')),
  )
}

if (isMain(import.meta.url) && (await setUp())) {
  const { failed } = await check()
  if (failed > 0) process.exitCode = 1
}
