// `npm run conformance`: serves the page of all cases, for any browser, until it is told to stop.
import { makeArchive } from './archive.mjs'
import { makeCases } from './cases.mjs'
import { handOver } from './program.mjs'
import { setUp } from './setup.mjs'

if (await setUp()) {
  for (const step of [makeArchive, makeCases]) {
    const { code, output } = await step()
    if (code !== 0) throw new Error(output)
  }
  await handOver('e2e/engines/serve.mjs', process.argv.slice(2))
}
