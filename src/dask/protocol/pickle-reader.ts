import { nestsDeeperThan } from './nesting.js'
import { Opcode } from './opcodes.js'
import { DEFAULT_LIMITS, type PickleLimits } from './pickle-limits.js'
import { PickleMachine } from './pickle-machine.js'
import { OPERATIONS } from './pickle-operations.js'
import { PickleSource } from './pickle-source.js'

/**
 * Reads a pickle of protocols 2 to 5, and runs nothing: what Python would import or call is described, as `PythonGlobal` and
 * `PythonCall`. A dict is a Map, a list an array, a set or frozenset a Set, bytes and bytearray a Uint8Array, an integer a
 * number where that is exact, else a bigint.
 *
 * One object may be in many places of the value, and within itself. Bytes are copies, but for those of `buffers`, which are
 * handed on as they are.
 *
 * @param buffers what was kept out of the pickle, in its order
 * @throws {ClusterError} for a malformed one, and for one above a limit; never anything else
 */
export function readPickle(bytes: Uint8Array, buffers: readonly Uint8Array[] = [], limits: Partial<PickleLimits> = {}): unknown {
  const all = { ...DEFAULT_LIMITS, ...limits }
  const source = new PickleSource(bytes)
  if (source.size > all.bytes) throw source.error(`it may have ${all.bytes} bytes`)
  const machine = new PickleMachine(source, buffers, all)
  for (let opcode = source.opcode(); opcode !== Opcode.Stop; opcode = source.opcode()) {
    const operation = OPERATIONS[opcode]
    if (operation === undefined) throw source.error(`0x${opcode.toString(16).padStart(2, '0')} is no known instruction`)
    operation(machine)
  }
  const value = machine.stack.pop()
  if (nestsDeeperThan(all.nesting, value)) throw source.error(`its objects are nested more than ${all.nesting} deep`)
  return value
}
