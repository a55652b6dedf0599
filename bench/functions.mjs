const noop = async (value) => value

/** Work that takes as long as it takes: a clock would let two workers on one core look like two cores. */
const burn = async (rounds) => {
  let hash = 1
  for (let i = 0; i < rounds; i++) hash = (Math.imul(hash, 1664525) + 1013904223) | 0
  return hash
}

const sleep = async (ms) => {
  await new Promise((resolve) => setTimeout(resolve, ms))
  return ms
}

/** What the tasks run. Ours ships them as source, so that each sees nothing but its argument. */
export const FUNCTIONS = { noop, burn, sleep }
