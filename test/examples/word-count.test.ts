import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const program = fileURLToPath(new URL('../../examples/word-count/main.js', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'daskflow-words-'))

afterAll(() => rmSync(scratch, { recursive: true }))

function run(folder: string): Promise<{ stdout: string; stderr: string; code: number }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, folder], (error, stdout, stderr) =>
      resolve({ stdout, stderr, code: Number(error?.code ?? 0) }),
    )
  })
}

test('the words of many files are added up', async () => {
  mkdirSync(join(scratch, 'deep'))
  for (let i = 0; i < 100; i++)
    writeFileSync(join(scratch, i % 2 ? 'deep' : '', `${i}.txt`), `The sea, the Sea! ${'wave '.repeat(i)}`)
  writeFileSync(join(scratch, 'image.png'), 'the the the')
  expect(await run(scratch)).toEqual({ stdout: '    4950  wave\n     200  sea\n     200  the\n', stderr: '', code: 0 })
})

test('a folder that is none: one clear line and an exit code', async () => {
  const { stdout, stderr, code } = await run(join(scratch, 'nope'))
  expect({ stdout, code }).toEqual({ stdout: '', code: 1 })
  expect(stderr).toMatch(/^Cannot count the words of .*nope: ENOENT.*\n$/)
})

test('a folder without text files, too', async () => {
  mkdirSync(join(scratch, 'empty'))
  const { stderr, code } = await run(join(scratch, 'empty'))
  expect([stderr, code]).toEqual([expect.stringMatching(/: it has no text files\n$/), 1])
})
