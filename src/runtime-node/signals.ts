import type { Unsubscribe } from '../core/subscribable.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Calls back when the process is asked to end. Until it is told to stop, such a signal does not end it. */
export function onSignal(listener: () => void): Unsubscribe {
  for (const signal of SIGNALS) process.on(signal, listener)
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener)
  }
}
