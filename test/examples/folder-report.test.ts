import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'

const program = fileURLToPath(new URL('../../examples/folder-report/main.js', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'daskflow-report-'))

afterAll(() => rmSync(scratch, { recursive: true }))

function run(...args: readonly string[]): Promise<{ stdout: string; stderr: string; code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ stdout, stderr, code }))
  })
}

function folder(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(scratch, name)
  mkdirSync(path)
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
  return path
}

describe('npm start', () => {
  test.each([
    ['a folder that does not exist', [join(scratch, 'nope')], 1, /^Cannot read .*nope: no such file or directory\n$/],
    ['a file', [program], 1, /^Cannot read .*main\.js: not a directory\n$/],
    ['an unknown option', ['--bogus'], 2, /^Unknown option '--bogus' \(--help says more\)\n$/],
    ['two folders', ['a', 'b'], 2, /^One folder at a time: got 2 \(--help says more\)\n$/],
  ])('%s: one clear line and an exit code', async (_, args, code, line) => {
    const result = await run(...args)
    expect(result.stderr).toMatch(line)
    expect(result).toMatchObject({ code, stdout: '' })
  })

  test('--help says how it is used', async () => {
    const { stdout, stderr, code } = await run('--help')
    expect(stdout).toMatch(/^Usage: npm start \[-- folder\]/)
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  })

  test('an empty folder is said to be empty', async () => {
    const path = folder('empty', {})
    expect(await run(path)).toEqual({ stdout: `There are no files in ${path}\n`, stderr: '', code: 0 })
  })

  test('sizes, lines, words and hash of a file are right', async () => {
    const text = 'one two\nthree\n\n  four'
    const { stdout, code } = await run(folder('one', { 'text.txt': text }))
    expect(code).toBe(0)
    expect(stdout).toMatch(/files +1 /)
    expect(stdout).toMatch(new RegExp(`bytes +${text.length} `))
    expect(stdout).toMatch(/lines +3\n/)
    expect(stdout).toMatch(/words +4\n/)
    expect(stdout).toContain(`${createHash('sha256').update(text).digest('hex').slice(0, 12)}  text.txt`)
    expect(stdout).toMatch(/no speed-up to measure: one file is one task/)
  })

  test('a file that cannot be read is one line, the rest is counted, and the exit code says so', async () => {
    const path = folder('partly', { 'good.txt': 'fine\n' })
    symlinkSync('nowhere', join(path, 'dangling'))
    const { stdout, stderr, code } = await run(path)
    expect(stderr).toContain('Cannot read dangling: no such file or directory\n')
    expect(stderr).toMatch(/Could not be read, and not counted: 1\n$/)
    expect(stdout).toMatch(/files +1 /)
    expect(code).toBe(1)
  })

  test('a name cannot drive the terminal', async () => {
    const { stdout } = await run(folder('odd', { 'new\nline \u001b[31mred.txt': '' }))
    expect(stdout).toContain('new\\u{a}line \\u{1b}[31mred.txt')
    expect(stdout).not.toContain('\u001b')
  })

  test('progress comes in lines where there is no terminal, and the speed-up is measured', async () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.txt`, `file ${i}\n`]))
    const { stdout, stderr, code } = await run(folder('many', files))
    expect(stderr.match(/^Reading \d+ % \| \d+ of 40 files$/gm)).toHaveLength(10)
    // What the figures are is the machine's business.
    expect(stdout).toMatch(
      /^\d+ workers?: [\d,.]+ tasks\/s; (1 worker: [\d,.]+ tasks\/s; speed-up \d+\.\d\dx|no speed-up to measure: .*)$/m,
    )
    expect(code).toBe(0)
  })
})
