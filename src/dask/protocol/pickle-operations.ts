import { Opcode } from './opcodes.js'
import type { PickleMachine } from './pickle-machine.js'
import { PythonTuple } from './python.js'

type Operation = (machine: PickleMachine) => void

const LAST_PROTOCOL = 5

/**
 * What each instruction does, but for `Stop`.
 *
 * Those that are missing are the texts of protocols 0 and 1, and those that load what a registry or a program of one's own
 * knows: there is none here.
 */
export const OPERATIONS: Readonly<Partial<Record<number, Operation>>> = {
  [Opcode.Proto]: ({ source }) => {
    const protocol = source.uint8()
    if (protocol > LAST_PROTOCOL)
      throw source.error(`its protocol is ${protocol}, and ${LAST_PROTOCOL} is the last that is known`)
  },
  // Where it ends says nothing that the instructions do not.
  [Opcode.Frame]: ({ source }) => source.expect(source.uint64()),

  [Opcode.None]: ({ stack }) => stack.push(null),
  [Opcode.NewTrue]: ({ stack }) => stack.push(true),
  [Opcode.NewFalse]: ({ stack }) => stack.push(false),
  [Opcode.BinInt1]: ({ stack, source }) => stack.push(source.uint8()),
  [Opcode.BinInt2]: ({ stack, source }) => stack.push(source.uint16()),
  [Opcode.BinInt]: ({ stack, source }) => stack.push(source.int32()),
  [Opcode.BinFloat]: ({ stack, source }) => stack.push(source.float64()),
  [Opcode.Long1]: (machine) => machine.add(machine.source.integer(machine.source.uint8())),
  [Opcode.Long4]: (machine) => machine.add(machine.source.integer(machine.source.int32())),

  [Opcode.ShortBinUnicode]: (machine) => machine.add(machine.source.text(machine.source.uint8())),
  [Opcode.BinUnicode]: (machine) => machine.add(machine.source.text(machine.source.uint32())),
  [Opcode.BinUnicode8]: (machine) => machine.add(machine.source.text(machine.source.uint64())),
  [Opcode.ShortBinBytes]: (machine) => machine.add(machine.source.bytes(machine.source.uint8())),
  [Opcode.BinBytes]: (machine) => machine.add(machine.source.bytes(machine.source.uint32())),
  [Opcode.BinBytes8]: (machine) => machine.add(machine.source.bytes(machine.source.uint64())),
  [Opcode.ByteArray8]: (machine) => machine.add(machine.source.bytes(machine.source.uint64())),
  [Opcode.NextBuffer]: (machine) => machine.addBuffer(),
  [Opcode.ReadonlyBuffer]: ({ stack, source }) => {
    // There are no such arrays here: it stays as it is.
    if (!(stack.top instanceof Uint8Array)) throw source.error('what is to be read only is no buffer')
  },

  [Opcode.EmptyTuple]: (machine) => machine.add(new PythonTuple([])),
  [Opcode.Tuple1]: (machine) => machine.add(new PythonTuple(machine.stack.take(1))),
  [Opcode.Tuple2]: (machine) => machine.add(new PythonTuple(machine.stack.take(2))),
  [Opcode.Tuple3]: (machine) => machine.add(new PythonTuple(machine.stack.take(3))),
  [Opcode.Tuple]: (machine) => machine.add(new PythonTuple(machine.stack.takeSinceMark())),
  [Opcode.EmptyList]: (machine) => machine.add([]),
  [Opcode.List]: (machine) => machine.add(machine.stack.takeSinceMark()),
  [Opcode.EmptySet]: (machine) => machine.add(new Set()),
  [Opcode.EmptyDict]: (machine) => machine.add(new Map()),
  [Opcode.FrozenSet]: (machine) => {
    const items = machine.stack.takeSinceMark()
    machine.add(new Set())
    machine.addAll(machine.stack.top, items)
  },
  [Opcode.Dict]: (machine) => {
    const pairs = machine.stack.takeSinceMark()
    machine.add(new Map())
    machine.setAll(machine.stack.top, pairs)
  },

  [Opcode.Append]: (machine) => {
    const items = machine.stack.take(1)
    machine.appendAll(machine.stack.top, items)
  },
  [Opcode.Appends]: (machine) => {
    const items = machine.stack.takeSinceMark()
    machine.appendAll(machine.stack.top, items)
  },
  [Opcode.AddItems]: (machine) => {
    const items = machine.stack.takeSinceMark()
    machine.addAll(machine.stack.top, items)
  },
  [Opcode.SetItem]: (machine) => {
    const pair = machine.stack.take(2)
    machine.setAll(machine.stack.top, pair)
  },
  [Opcode.SetItems]: (machine) => {
    const pairs = machine.stack.takeSinceMark()
    machine.setAll(machine.stack.top, pairs)
  },

  [Opcode.Global]: (machine) => {
    const module = machine.source.line()
    machine.addGlobal(module, machine.source.line())
  },
  [Opcode.StackGlobal]: (machine) => {
    const [module, name] = machine.stack.take(2)
    machine.addGlobal(module, name)
  },
  [Opcode.Reduce]: (machine) => {
    const [callable, args] = machine.stack.take(2)
    machine.addCall(callable, args)
  },
  [Opcode.NewObj]: (machine) => {
    const [callable, args] = machine.stack.take(2)
    machine.addNew(callable, args)
  },
  [Opcode.NewObjEx]: (machine) => {
    const [callable, args, kwargs] = machine.stack.take(3)
    machine.addNew(callable, args, kwargs)
  },
  [Opcode.Build]: (machine) => {
    const state = machine.stack.pop()
    machine.setState(machine.stack.top, state)
  },

  [Opcode.Mark]: ({ stack }) => stack.mark(),
  [Opcode.Pop]: ({ stack }) => stack.drop(),
  [Opcode.PopMark]: ({ stack }) => {
    stack.takeSinceMark()
  },
  [Opcode.Dup]: ({ stack }) => stack.push(stack.top),
  [Opcode.Memoize]: (machine) => machine.remember(),
  [Opcode.BinPut]: (machine) => machine.remember(machine.source.uint8()),
  [Opcode.LongBinPut]: (machine) => machine.remember(machine.source.uint32()),
  [Opcode.BinGet]: (machine) => machine.recall(machine.source.uint8()),
  [Opcode.LongBinGet]: (machine) => machine.recall(machine.source.uint32()),
}
