const RADIUS = 4

/**
 * What the filter "Find edges" makes of a whole image, computed in another way: the extremes of a square are those of its
 * rows' extremes.
 */
export function edgesOf({ width, height, pixels }) {
  const most = extremesOf(Math.max, pixels, width, height)
  const least = extremesOf(Math.min, pixels, width, height)
  return pixels.map((value, at) => (at % 4 === 3 ? value : most[at] - least[at]))
}

function extremesOf(extreme, pixels, width, height) {
  const alongRows = along(extreme, pixels, { step: 4, length: width, lines: height, stride: width * 4 })
  return along(extreme, alongRows, { step: width * 4, length: height, lines: width, stride: 4 })
}

/** The extremes of each value and of those around it on its line. */
function along(extreme, values, { step, length, lines, stride }) {
  const result = new Uint8Array(values.length)
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      for (let channel = 0; channel < 4; channel++) {
        const base = line * stride + channel
        let value = values[base + i * step]
        for (let j = Math.max(0, i - RADIUS); j <= Math.min(length - 1, i + RADIUS); j++)
          value = extreme(value, values[base + j * step])
        result[base + i * step] = value
      }
    }
  }
  return result
}
