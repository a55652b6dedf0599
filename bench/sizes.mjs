import process from 'node:process'

/** How much to measure; the environment may say otherwise. */
export const sizes = {
  tasks: sizeOf('TASKS', 100_000),
  trips: sizeOf('TRIPS', 8000),
  rounds: sizeOf('ROUNDS', 8),
}

function sizeOf(name, usual) {
  const size = Number(process.env[name] ?? usual)
  if (!Number.isInteger(size) || size < 1) throw new Error(`${name} must be a whole number from 1 on`)
  return size
}
