/** A part of an image, 4 bytes a pixel: red, green, blue, alpha. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray<ArrayBuffer>
}

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export function blank(width: number, height: number): Pixels {
  return { width, height, data: new Uint8ClampedArray(width * height * 4) }
}

/** Copies an area of an image. */
export function cut(image: Pixels, { x, y, width, height }: Area): Pixels {
  const part = blank(width, height)
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * 4
    part.data.set(image.data.subarray(from, from + width * 4), row * width * 4)
  }
  return part
}

/** Puts a part into an image, its upper left corner at `x`, `y`. */
export function paste(image: Pixels, part: Pixels, { x, y }: Area): void {
  for (let row = 0; row < part.height; row++) {
    const from = row * part.width * 4
    image.data.set(part.data.subarray(from, from + part.width * 4), ((y + row) * image.width + x) * 4)
  }
}
