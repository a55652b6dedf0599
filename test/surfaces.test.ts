import { expect, test } from 'vitest'

// What is imported is the built package: a program that changes its runtime must find the same names there.

const built = (file: string): Promise<object> => import(new URL(`../dist/${file}`, import.meta.url).href)

test.each(['web', 'inline'])('%s exports the names of node, in the package and in its worker', async (runtime) => {
  for (const entry of ['index.js', 'worker-api.js', 'workflow.js']) {
    expect(Object.keys(await built(`${runtime}/${entry}`)).sort()).toEqual(Object.keys(await built(`node/${entry}`)).sort())
  }
})
