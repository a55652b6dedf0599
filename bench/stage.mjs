import { WORKERS } from './workers.mjs'

/**
 * Where one contender runs one workload, alone in its process or page: what others leave in the heap, and what they have
 * the compiler believe of the code that they share, is none of its business.
 *
 * Answers what there is to say of the contender, and `takeSample(at)`, which takes one of the measurement at that index.
 */
export async function setStage(workload, name, platform) {
  const contender = workload.contendersOn(platform).find((each) => each.name === name)
  const pool = await contender.start({ ...platform, workers: WORKERS })
  const samplers = workload.measurementsOf(platform.sizes).map(({ sampler }) => sampler({ ...contender, pool }))
  return { note: noteOf(contender, pool), takeSample: (at) => samplers[at]() }
}

function noteOf({ share = 1 }, { note = '' }) {
  return share === 1 ? note : `${note}, ${share} of the tasks`
}
