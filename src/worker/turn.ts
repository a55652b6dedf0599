/**
 * Calls back when this realm has had a turn of its event loop, and with it a chance to read its messages.
 *
 * By a message to itself, since a timer is clamped to milliseconds in browsers and Node alike.
 */
export function onNextTurn(callback: () => void): void {
  waiting.push(callback)
  if (waiting.length === 1) ping()
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => onNextTurn(resolve))
}

let waiting: (() => void)[] = []
let sender: MessagePort | undefined

// Made when first used: a realm that only loads this file must not hold a port.
function ping(): void {
  if (sender === undefined) {
    const { port1, port2 } = new MessageChannel()
    port2.onmessage = () => {
      const due = waiting
      waiting = []
      for (const callback of due) callback()
    }
    ;(port2 as { unref?(): void }).unref?.()
    sender = port1
  }
  sender.postMessage(0)
}
