import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openTaskFiles } from '../../src/backends/task-files.js'
import type { TaskRecord } from '../../src/core/task.js'
import { nodeRuntime } from '../../src/runtime-node/runtime.js'
import { OwnBackend } from '../fakes/own-backend.js'

const root = mkdtempSync(join(tmpdir(), 'daskflow-task-files-'))
afterAll(() => rmSync(root, { recursive: true }))

const files = async () => (await nodeRuntime.files?.()) as never
const sessionOf = (name: string) => ({ uid: name, path: join(root, name), files })
const task = (uid: string, inputFiles: string[] = [], outputFiles: string[] = []): TaskRecord => ({
  uid,
  metadata: { dependencies: [], inputFiles, outputFiles },
})

test('a backend of one’s own stages by the session that its engine gave it', async () => {
  const backend = new OwnBackend()
  const dstTask = task('dst')
  const filePath = join(root, 'in.txt')
  await writeFile(filePath, 'in')
  await expect(backend.linkExplicitDataDeps({ dstTask, filePath })).rejects.toMatchObject({ code: 'ERR_NOT_SUPPORTED' })
  const session = sessionOf('own')
  const leave = backend.attach(session)
  const target = join(session.path, 'dst', 'in.txt')
  expect(await backend.linkExplicitDataDeps({ dstTask, filePath })).toEqual({ source: filePath, target })
  await writeFile(target, 'changed')
  expect(await readFile(filePath, 'utf8')).toBe('in')
  // From the working directory, as any program would take it.
  const again = await backend.linkExplicitDataDeps({ dstTask, fileName: 'b', filePath: relative(process.cwd(), filePath) })
  expect(again).toEqual({ source: filePath, target: join(session.path, 'dst', 'b') })
  leave()
  await expect(backend.linkExplicitDataDeps({ dstTask, filePath })).rejects.toMatchObject({ code: 'ERR_NOT_SUPPORTED' })
})

test('the files of a task that runs here: its folder, what it promised, and what was not awaited', async () => {
  const session = sessionOf('here')
  const opened = await openTaskFiles(session, task('a', [], ['out']))
  expect(opened?.folder).toBe(join(session.path, 'a'))
  await expect(opened?.finish()).rejects.toMatchObject({ code: 'ERR_TASK_VALIDATION', uid: 'a' })
  void opened?.write('out', 'x'.repeat(1_000_000))
  await opened?.finish()
  expect((await readFile(opened?.path('out') as string)).length).toBe(1_000_000)
  await expect(opened?.read('other')).rejects.toThrow("'other'")
})

test('one without files has none to open', async () => {
  expect(await openTaskFiles(sessionOf('none'), task('a'))).toBeUndefined()
  expect(await openTaskFiles(sessionOf('none'), { uid: 'a', metadata: { mine: 1 } as never })).toBeUndefined()
})

test('what is declared and is no name is refused', async () => {
  for (const metadata of [{ outputFiles: 'out' }, { inputFiles: [7] }]) {
    const opening = openTaskFiles(sessionOf('bad'), { uid: 'a', metadata: metadata as never })
    await expect(opening).rejects.toMatchObject({ code: 'ERR_TASK_VALIDATION', uid: 'a' })
  }
})
