import { nanoid } from 'nanoid'

/** A name that no other object has, here or on another machine: `dask-V1StGXR8`. */
export function createId(prefix: string): string {
  return `${prefix}-${nanoid(10)}`
}
