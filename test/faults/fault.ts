import type { Capability } from '../conformance/limits.js'
import type { Stage } from './stage.js'

/** Something that goes wrong, and what must hold all the same. Passes when `run` resolves and the books are in order. */
export interface Fault {
  readonly name: string
  readonly needs?: readonly Capability[]
  run(stage: Stage): Promise<void>
}
