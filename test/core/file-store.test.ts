import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { type FileStore, storeOnce } from '../../src/core/files.js'
import { MemoryFiles } from '../../src/core/memory-files.js'
import { nodeFiles } from '../../src/runtime-node/files.js'

const root = mkdtempSync(join(tmpdir(), 'daskflow-store-'))
afterAll(() => rmSync(root, { recursive: true }))

const text = async (store: FileStore, path: string) => new TextDecoder().decode(await store.read(path))

describe.each([
  ['on disk', nodeFiles],
  ['in memory', new MemoryFiles()],
])('a store %s', (name, store) => {
  const folder = store.join(root, name.replace(' ', '-'), 'deep')
  const at = (file: string) => store.join(folder, file)

  test('keeps text and bytes, and has copies of them', async () => {
    await store.createFolder(folder)
    await store.createFolder(folder)
    const bytes = new Uint8Array([0, 1, 2, 3]).subarray(1)
    await store.write(at('bytes'), bytes)
    bytes[0] = 9
    const read = await store.read(at('bytes'))
    expect([...read]).toEqual([1, 2, 3])
    expect([read.constructor, read.buffer.byteLength]).toEqual([Uint8Array, 3])
    read[0] = 9
    expect([...(await store.read(at('bytes')))]).toEqual([1, 2, 3])
    await store.write(at('text'), 'é')
    expect(await text(store, at('text'))).toBe('é')
    await expect(store.write(at('text'), 5 as never)).rejects.toBeInstanceOf(TypeError)
    expect(await text(store, at('text'))).toBe('é')
  })

  test('places a file as it is now: what is written later is another', async () => {
    await store.write(at('source'), 'first')
    await store.write(at('target'), 'what was there')
    await store.place(at('source'), at('target'))
    await store.place(at('source'), at('target'))
    await store.place(at('source'), at('source'))
    await store.write(at('target'), 'second')
    expect(await text(store, at('source'))).toBe('first')
    await store.place(at('source'), at('target'))
    await store.write(at('source'), 'third')
    expect(await text(store, at('target'))).toBe('first')
  })

  test('takes away what is there, and does not mind what is not', async () => {
    await store.write(at('gone'), '')
    expect(await store.exists(at('gone'))).toBe(true)
    await store.remove(at('gone'))
    await store.remove(at('gone'))
    expect(await store.exists(at('gone'))).toBe(false)
    await expect(store.read(at('gone'))).rejects.toThrow('gone')
    await expect(store.place(at('gone'), at('target'))).rejects.toThrow('gone')
  })

  test('knows what a path means in a folder', () => {
    expect(store.resolve('/a', 'b/../c.txt')).toBe('/a/c.txt')
    expect(store.resolve('/a', '/b/./c.txt')).toBe('/b/c.txt')
  })
})

test('on disk, a file is placed as a copy, of what a symbolic link leads to', async () => {
  const [source, alias, target] = ['source', 'alias', 'target'].map((name) => join(root, name)) as [string, string, string]
  await writeFile(source, 'one')
  symlinkSync('source', alias)
  await nodeFiles.place(alias, target)
  await appendFile(target, ' more')
  expect([await readFile(source, 'utf8'), await readFile(target, 'utf8')]).toEqual(['one', 'one more'])
  expect(readdirSync(root).filter((name) => name.endsWith('.part'))).toEqual([])
  expect(nodeFiles.resolve('/a', pathToFileURL(source).href)).toBe(source)
})

test('a store is made once, and again when it could not be', async () => {
  let tries = 0
  const files = storeOnce({
    async files() {
      if (++tries === 1) throw new Error('not yet')
      return new MemoryFiles()
    },
  })
  await expect(files?.()).rejects.toThrow('not yet')
  expect(await files?.()).toBe(await files?.())
  expect(tries).toBe(2)
  expect(storeOnce({})).toBeUndefined()
})
