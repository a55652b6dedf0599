/**
 * Calls back when this realm has had a turn of its event loop, and with it a chance to read its messages.
 *
 * By a message to itself, since a timer is clamped to milliseconds in browsers and Node alike.
 */
export function onNextTurn(callback: () => void): void {
  if (byTimer) {
    setTimeout(callback, 0)
    return
  }
  waiting.push(callback)
  if (waiting.length === 1) ping()
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => onNextTurn(resolve))
}

// Some edge runtimes have no channels. There a callback belongs to the request that asked for it, and to no other.
let byTimer = typeof MessageChannel === 'undefined'

/** From now on a turn is a timer's: for where messages are no turns. */
export function turnByTimer(): void {
  byTimer = true
}

let waiting: (() => void)[] = []
let channel: MessageChannel | undefined

// Made when first used: a realm that only loads this file must not hold a port.
function ping(): void {
  if (channel === undefined) {
    channel = new MessageChannel()
    channel.port2.onmessage = callBack
  }
  hold(true)
  channel.port1.postMessage(0)
}

function callBack(): void {
  const due = waiting
  waiting = []
  hold(false)
  for (const callback of due) {
    try {
      callback()
    } catch (error) {
      // Others wait for their turn too.
      setTimeout(() => {
        throw error
      }, 0)
    }
  }
}

// What waits for its turn keeps the process alive, and nothing else does.
function hold(held: boolean): void {
  const port = channel?.port2 as { ref?(): void; unref?(): void } | undefined
  if (held) port?.ref?.()
  else port?.unref?.()
}
