import type { Pixels } from './pixels.ts'

/** @throws {Error} when the file is no image */
export async function readImage(file: File): Promise<Pixels> {
  const bitmap = await createImageBitmap(file, { colorSpaceConversion: 'none' }).catch(() => {
    throw new Error('it is not an image that this browser can read')
  })
  const { width, height } = bitmap
  const context = contextOf(new OffscreenCanvas(width, height))
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  return context.getImageData(0, 0, width, height)
}

export function showImage(canvas: HTMLCanvasElement, { width, height, data }: Pixels): void {
  canvas.width = width
  canvas.height = height
  contextOf(canvas).putImageData(new ImageData(data, width, height), 0, 0)
}

/** The SHA-256 of the pixels, in hexadecimal digits. */
export async function checksumOf({ data }: Pixels): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', data)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function contextOf<T extends HTMLCanvasElement | OffscreenCanvas>(canvas: T): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('this browser draws no images')
  return context as OffscreenCanvasRenderingContext2D
}
