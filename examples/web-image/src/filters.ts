import { type Area, blank, type Pixels } from './pixels.ts'

/** How far a filter looks around a pixel: what a tile needs as its margin. */
export const RADIUS = 4

const SHADES = 24

/** Each pixel gets the mean colour of the shade that is most frequent around it. */
export function oilPaint(source: Pixels, inner: Area): Pixels {
  const counts = new Uint32Array(SHADES)
  const [reds, greens, blues] = [new Uint32Array(SHADES), new Uint32Array(SHADES), new Uint32Array(SHADES)]
  return filter(source, inner, (data, around, out, to) => {
    for (const all of [counts, reds, greens, blues]) all.fill(0)
    let most = 0
    for (const at of around) {
      const shade = Math.floor(((data[at] + data[at + 1] + data[at + 2]) * SHADES) / 766)
      counts[shade]++
      reds[shade] += data[at]
      greens[shade] += data[at + 1]
      blues[shade] += data[at + 2]
      if (counts[shade] > counts[most]) most = shade
    }
    out[to] = reds[most] / counts[most]
    out[to + 1] = greens[most] / counts[most]
    out[to + 2] = blues[most] / counts[most]
  })
}

/** Each channel of a pixel gets its median around it: specks go, edges stay. */
export function median(source: Pixels, inner: Area): Pixels {
  const counts = new Uint32Array(256)
  return filter(source, inner, (data, around, out, to) => {
    for (let channel = 0; channel < 3; channel++) {
      counts.fill(0)
      for (const at of around) counts[data[at + channel]]++
      let value = 0
      for (let below = counts[0]; below <= around.length >> 1; below += counts[value]) value++
      out[to + channel] = value
    }
  })
}

/** Light where the image changes, dark where it does not. */
export function edges(source: Pixels, inner: Area): Pixels {
  return filter(source, inner, (data, around, out, to) => {
    for (let channel = 0; channel < 3; channel++) {
      let [least, most] = [255, 0]
      for (const at of around) {
        least = Math.min(least, data[at + channel])
        most = Math.max(most, data[at + channel])
      }
      out[to + channel] = most - least
    }
  })
}

/** Writes the colour of one pixel to `out`, of what is around it: places in `data`. */
type Paint = (data: Uint8ClampedArray, around: Uint32Array, out: Uint8ClampedArray, to: number) => void

/** Paints the area `inner` of `source`. At the border of the image there is less around a pixel. */
function filter({ width, height, data }: Pixels, inner: Area, paint: Paint): Pixels {
  const result = blank(inner.width, inner.height)
  const around = new Uint32Array((2 * RADIUS + 1) ** 2)
  for (let to = 0; to < result.data.length; to += 4) {
    const x = inner.x + ((to / 4) % inner.width)
    const y = inner.y + Math.floor(to / 4 / inner.width)
    let count = 0
    for (let j = Math.max(0, y - RADIUS); j <= Math.min(height - 1, y + RADIUS); j++)
      for (let i = Math.max(0, x - RADIUS); i <= Math.min(width - 1, x + RADIUS); i++) around[count++] = (j * width + i) * 4
    paint(data, around.subarray(0, count), result.data, to)
    result.data[to + 3] = data[(y * width + x) * 4 + 3]
  }
  return result
}
