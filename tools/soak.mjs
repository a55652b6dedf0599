// `npm run soak -- --minutes 10`: two backends in a storm for minutes; exits 1 when something was lost, doubled or kept.
import { parseArgs } from 'node:util'
import { makeCases } from './cases.mjs'
import { setUp } from './setup.mjs'

const OPTIONS = {
  minutes: { type: 'string', default: '10' },
  seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
}

const { values } = parseArgs({ options: OPTIONS })
if (await setUp()) {
  const { code, output } = await makeCases()
  if (code !== 0) throw new Error(output)
  const { runSoak } = await import('../e2e/soak.mjs')
  process.exitCode = await runSoak({ minutes: Number(values.minutes), seed: Number(values.seed) })
}
