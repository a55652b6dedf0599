import { customAlphabet, nanoid } from 'nanoid/non-secure'

/**
 * A name that no other object has, here or on another machine: `dask-V1StGXR8`. It may be guessed: loading what makes it
 * otherwise takes a start of Node longer than all else of this package.
 */
export function createId(prefix: string): string {
  return `${prefix}-${nanoid(10)}`
}

const hex8 = customAlphabet('0123456789abcdef', 8)

/** Such a name in AsyncFlow's form: `wf-0af3c1d9`. */
export function createHexId(prefix: string): string {
  return prefix + hex8()
}
