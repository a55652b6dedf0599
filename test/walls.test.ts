import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')

const FORBIDDEN: readonly (readonly [file: string, specifier: string, says: string])[] = [
  ['src/core/a.ts', 'node:fs', 'core/runtime.ts'],
  ['src/core/b.ts', '../wire/values.js', 'core stands on nothing'],
  ['src/core/c.ts', 'nanoid', 'createId'],
  ['src/wire/a.ts', '../cluster/scheduler.js', 'imports only core'],
  ['src/worker/a.ts', '../cluster/scheduler.js', 'WorkerHost'],
  ['src/cluster/a.ts', '../worker/executor.js', 'core/adapter.ts'],
  ['src/cluster/b.ts', '../runtime-node/adapter.js', 'core/adapter.ts'],
  ['src/cluster/c.ts', 'comlink', 'cluster/control.ts'],
  ['src/cluster/d.ts', 'node:worker_threads', 'core/runtime.ts'],
  ['src/backends/a.ts', '../runtime-node/adapter.js', 'core/cluster.ts'],
  ['src/backends/b.ts', '../client/future.js', 'core/cluster.ts'],
  ['src/client/a.ts', '../backends/dask.js', 'core/cluster.ts'],
  ['src/client/b.ts', '../wire/protocol.js', 'core/cluster.ts'],
  ['src/dask/a.ts', '../runtime-node/adapter.js', 'from a runtime'],
  ['src/dask/protocol/a.ts', '../../cluster/scheduler.js', 'core and wire'],
  ['src/dask/c.ts', '../cluster/worker-pool.js', 'core and wire'],
  ['src/dask/b.ts', 'node:net', 'core/runtime.ts'],
  ['src/input/a.ts', '../cluster/scheduler.js', 'imports only core'],
  ['src/runtime-inline/a.ts', '../runtime-node/adapter.js', 'no other runtime'],
  ['src/runtime-inline/b.ts', 'node:async_hooks', 'nothing of Node'],
  ['src/runtime-web/a.ts', '../runtime-inline/adapter.js', 'no other runtime'],
  ['src/runtime-web/b.ts', 'node:worker_threads', 'nothing of Node'],
  ['src/runtime-node/a.ts', '../runtime-web/adapter.js', 'no other runtime'],
  ['test/conformance/a.ts', 'vitest', 'no test framework'],
  ['test/conformance/b.ts', 'node:fs', 'nothing of Node'],
  ['examples/a.js', '../src/index.js', "import 'daskflow'"],
]

const ALLOWED: readonly (readonly [file: string, specifier: string])[] = [
  ['src/core/ids.ts', 'nanoid'],
  ['src/cluster/control.ts', 'comlink'],
  ['src/cluster/e.ts', '../wire/values.js'],
  ['src/dask/protocol/b.ts', '../../wire/errors.js'],
  ['src/runtime-node/b.ts', 'node:fs'],
]

interface Diagnostic {
  readonly category: string
  readonly location: { readonly path: string | { readonly file: string } }
  readonly [rest: string]: unknown
}

describe('the walls of the house', () => {
  // The rules of this repository, over a tree in which every file has one import.
  const folder = mkdtempSync(join(tmpdir(), 'daskflow-walls-'))
  let diagnostics: readonly Diagnostic[]

  beforeAll(() => {
    const rules = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'))
    writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...rules, vcs: { enabled: false } }))
    for (const [file, specifier] of [...FORBIDDEN, ...ALLOWED]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), `import { thing } from '${specifier}'\n\nthing()\n`)
    }
    const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.'], {
      cwd: folder,
      encoding: 'utf8',
    })
    diagnostics = JSON.parse(stdout).diagnostics
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  const findings = (file: string) => diagnostics.filter((diagnostic) => JSON.stringify(diagnostic.location).includes(file))

  test.each(FORBIDDEN)('%s may not import %s', (file, _, says) => {
    expect(findings(file).map(({ category }) => category)).toEqual(['lint/style/noRestrictedImports'])
    expect(JSON.stringify(findings(file))).toContain(says)
  })

  test.each(ALLOWED)('%s may import %s', (file) => {
    expect(findings(file)).toEqual([])
  })
})
