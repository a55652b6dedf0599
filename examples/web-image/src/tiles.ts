import { RADIUS } from './filters.ts'
import type { Area, Pixels } from './pixels.ts'

const SIDE = 192

/** A part of an image that is filtered by itself. */
export interface Tile {
  /** Where its result belongs. */
  readonly target: Area
  /** What the filter has to see: the target and a margin. */
  readonly source: Area
  /** The target, as seen from the source. */
  readonly inner: Area
}

export function tilesOf({ width, height }: Pixels): Tile[] {
  const tiles: Tile[] = []
  for (let y = 0; y < height; y += SIDE) for (let x = 0; x < width; x += SIDE) tiles.push(tileAt(x, y, width, height))
  return tiles
}

function tileAt(x: number, y: number, width: number, height: number): Tile {
  const target = between(x, y, Math.min(width, x + SIDE), Math.min(height, y + SIDE))
  const source = between(
    Math.max(0, x - RADIUS),
    Math.max(0, y - RADIUS),
    Math.min(width, x + SIDE + RADIUS),
    Math.min(height, y + SIDE + RADIUS),
  )
  return { target, source, inner: { ...target, x: x - source.x, y: y - source.y } }
}

function between(left: number, top: number, right: number, bottom: number): Area {
  return { x: left, y: top, width: right - left, height: bottom - top }
}
