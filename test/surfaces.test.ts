import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// What is imported is the built package: a program that changes its runtime must find the same names there.

const built = (file: string): Promise<object> => import(new URL(`../dist/${file}`, import.meta.url).href)
const types = (file: string) => readFileSync(new URL(`../dist/types/${file}`, import.meta.url), 'utf8')

test.each(['web', 'inline'])('%s exports the names of node, in the package and in its worker', async (runtime) => {
  for (const entry of ['index.js', 'worker-api.js']) {
    expect(Object.keys(await built(`${runtime}/${entry}`)).sort()).toEqual(Object.keys(await built(`node/${entry}`)).sort())
  }
})

test.each(['web', 'inline'])('%s has the types of node', (runtime) => {
  const plain = (text: string, name: string) =>
    text.replaceAll(new RegExp(name, 'gi'), 'runtime').replace(/\/\*\*[\s\S]*?\*\//g, '')
  expect(plain(types(`runtime-${runtime}/index.d.ts`), runtime)).toBe(plain(types('runtime-node/index.d.ts'), 'node'))
})
