import { Client } from 'daskflow'

const client = await Client.create({ nWorkers: 2 })
const squares = client.map(async (n) => n ** 2, [1, 2, 3])
const total = client.submit((numbers) => numbers.reduce((sum, n) => sum + n), [squares])
document.body.append(`inline ${await total}`)
