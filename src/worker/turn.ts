/**
 * Calls back when this realm has had a turn of its event loop, and with it a chance to read its messages.
 *
 * By a message to itself, since a timer is clamped to milliseconds in browsers and Node alike.
 */
export function onNextTurn(callback: () => void): void {
  // Made when first used: a realm that only loads this file must not hold a port.
  channel ??= makeChannel()
  if (channel === 'none') {
    // On the edge, a callback belongs to the request that asked for it, and to no other.
    setTimeout(callback, 0)
    return
  }
  waiting.push(callback)
  if (waiting.length > 1) return
  hold(channel, true)
  channel.port1.postMessage(0)
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => onNextTurn(resolve))
}

let waiting: (() => void)[] = []
let channel: MessageChannel | 'none' | undefined

/** From now on a turn is a timer's: for where messages are no turns. */
export function turnByTimer(): void {
  channel = 'none'
}

// Some edge runtimes have none, and that of Next.js has one that throws.
function makeChannel(): MessageChannel | 'none' {
  try {
    const made = new MessageChannel()
    made.port2.onmessage = () => callBack(made)
    return made
  } catch {
    return 'none'
  }
}

function callBack(made: MessageChannel): void {
  const due = waiting
  waiting = []
  hold(made, false)
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
function hold({ port2 }: MessageChannel, held: boolean): void {
  const port = port2 as { ref?(): void; unref?(): void }
  if (held) port.ref?.()
  else port.unref?.()
}
