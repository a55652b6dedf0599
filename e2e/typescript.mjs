import { strict as assert } from 'node:assert'

// Each only what it takes away: types that need no code of their own.
const WORKER = `
import { expose } from 'daskflow/worker'
import { type Shout, shout } from './tasks.ts'

expose({ greet: async (name: string): Promise<Shout> => shout('hello ' + name) })
`
const TASKS = `
export type Shout = string
export const shout = async (text: string): Promise<Shout> => text.toUpperCase()
`
const program = (entry) => `
import { Client, moduleFunction } from '${entry}'

const client = await Client.create({ nWorkers: 1, worker: new URL('./tasks.worker.ts', import.meta.url) })
const shout = moduleFunction(new URL('./tasks.ts', import.meta.url), 'shout')
const [greeting, text]: string[] = await client.gather([client.submit('greet', ['you']), client.submit(shout, ['loud'])])
console.log(greeting, text)
await client.close()
`
const REFUSED = `
import { Client, moduleFunction } from 'daskflow'

const worker = new URL('./tasks.worker.ts', import.meta.url)
console.log(await Client.create({ nWorkers: 1, worker }).catch(({ code, message }) => code + ' ' + message))
const client = await Client.create({ nWorkers: 1 })
const shout = moduleFunction(new URL('./tasks.ts', import.meta.url), 'shout')
console.log(await client.submit(shout, ['loud']).result().catch(({ code, message }) => code + ' ' + message))
`

/** Runs a program in TypeScript whose worker, and a module of whose tasks, are in TypeScript too: as they are. */
export async function seeTypeScript(consumer, command, args, entry = 'daskflow') {
  save(consumer, entry)
  consumer.write('typed.ts', program(entry))
  assert.match(await consumer.run(command, [...args, 'typed.ts']), /^HELLO YOU LOUD$/m)
}

/** Where the runtime does not run TypeScript, either of them ends in an error that says what to do. */
export async function seeTypeScriptRefused(consumer, command) {
  save(consumer)
  consumer.write('untyped.mjs', REFUSED)
  const [ofWorker, ofModule] = (await consumer.run(command, ['untyped.mjs'])).trim().split('\n')
  assert.match(ofWorker, /^ERR_CLUSTER .*tasks\.worker\.ts.*Node runs TypeScript from 22\.18 on/)
  assert.match(ofModule, /^ERR_TASK_VALIDATION .*tasks\.ts.*Node runs TypeScript from 22\.18 on/)
}

function save(consumer, entry = 'daskflow') {
  consumer.write('tasks.worker.ts', WORKER.replace('daskflow/worker', `${entry}/worker`))
  consumer.write('tasks.ts', TASKS)
}
