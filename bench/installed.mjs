import { cpSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Consumer } from '../e2e/consumer.mjs'
import { root } from '../tools/root.mjs'

/** Answers a folder with the packed package, as its users have it, and this one beside it. */
export async function installBench() {
  const { folder } = await Consumer.create()
  cpSync(resolve(root, 'bench'), join(folder, 'bench'), { recursive: true })
  return folder
}
