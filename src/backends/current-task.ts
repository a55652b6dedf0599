import type { ContextCarrier } from '../core/adapter.js'
import { CallStack } from '../core/call-stack.js'
import { findCarried } from '../core/carried.js'
import type { AnyFunction } from '../core/leaf.js'
import { enterRealm } from '../core/realm.js'
import type { Runtime } from '../core/runtime.js'
import { LocalContext } from './local-context.js'

const callStack = new CallStack()
const known = new WeakSet<ContextCarrier>()

/** Calls what belongs to a task on this thread: `getTaskContext()` finds its context, as it does on a worker. */
export function callAsTask(
  { context: carrier = callStack }: Runtime,
  context: LocalContext,
  call: AnyFunction,
  ...args: unknown[]
): unknown {
  if (!known.has(carrier)) enter(carrier)
  return carrier.run(context, invoke, call, context, args)
}

function invoke(call: AnyFunction, context: LocalContext, args: unknown[]): unknown {
  return call.apply(context, args)
}

function isContext(value: unknown): value is LocalContext {
  return value instanceof LocalContext
}

function enter(carrier: ContextCarrier): void {
  known.add(carrier)
  enterRealm().addSource({ currentTask: () => findCarried(carrier, isContext) })
}
