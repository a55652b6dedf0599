import { PNG } from 'pngjs'

const RIDGES = 5
const GRAIN = 14

/** Draws hills at dusk, with the grain of a photograph: a PNG file of some megabytes, and its pixels. */
export function landscape(width, height) {
  const random = randomNumbers(1)
  const ridges = Array.from({ length: RIDGES }, (_, i) => ridge(random, width, height * (0.4 + 0.13 * i), height * 0.16))
  const png = new PNG({ width, height })
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const hills = ridges.filter((top) => y >= top[x]).length
      const colour = hills === 0 ? sky(x / width, y / height) : hill(hills)
      const grain = (random() - 0.5) * GRAIN
      const to = (y * width + x) * 4
      for (let channel = 0; channel < 3; channel++) png.data[to + channel] = clamp(colour[channel] + grain)
      png.data[to + 3] = 255
    }
  }
  return { file: PNG.sync.write(png), width, height, pixels: png.data }
}

function sky(x, y) {
  const toSun = Math.hypot((x - 0.68) * 1.5, y - 0.3)
  if (toSun < 0.07) return [255, 236, 190]
  const glow = Math.max(0, 1 - toSun / 0.6)
  return [70 + 170 * y + 90 * glow, 90 + 60 * y + 70 * glow, 150 - 30 * y - 20 * glow]
}

const hill = (depth) => [110 - 20 * depth, 70 - 9 * depth, 110 - 12 * depth]

/** How high a ridge is at each column: waves upon waves. */
function ridge(random, width, middle, swing) {
  const waves = [1, 2, 5, 11, 23].map((n) => ({ n, at: random() * 2 * Math.PI, height: (swing * random()) / n ** 0.9 }))
  return Array.from({ length: width }, (_, x) =>
    waves.reduce((y, { n, at, height }) => y + height * Math.sin(at + (n * 2 * Math.PI * x) / width), middle),
  )
}

const clamp = (value) => Math.max(0, Math.min(255, Math.round(value)))

/** The same numbers in every run, from 0 to 1 (a linear congruential generator, with the constants of Numerical Recipes). */
function randomNumbers(seed) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
