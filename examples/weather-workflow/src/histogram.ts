import type { Histogram } from './statistics.ts'
import { svg } from './svg.ts'

const BAR = { width: 9, gap: 1 }
const HEIGHT = 36

export function drawHistogram(station: string, { from, width, counts }: Histogram): SVGSVGElement {
  const most = Math.max(...counts)
  const bars = counts.map((count, i) => {
    const height = (HEIGHT * count) / most
    const range = `${from + i * width} to ${from + (i + 1) * width} °C: ${count}`
    return svg('rect', { x: i * (BAR.width + BAR.gap), y: HEIGHT - height, width: BAR.width, height }, svg('title', {}, range))
  })
  const label = `How often ${station} has which temperature, from ${from} to ${from + counts.length * width} °C`
  const size = { width: counts.length * (BAR.width + BAR.gap), height: HEIGHT }
  return svg('svg', { role: 'img', 'aria-label': label, class: 'histogram', ...size }, ...bars)
}
