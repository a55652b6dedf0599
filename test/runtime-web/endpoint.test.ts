import { expect, test } from 'vitest'
import type { WorkerEndpoint } from '../../src/index.js'
import { keepingEarly } from '../../src/runtime-web/endpoint.js'

/** An end of a wire that gives its messages to whoever listens at that moment, as a Web Worker does. */
function eventful() {
  const listeners = new Set<(message: unknown) => void>()
  const endpoint: WorkerEndpoint = {
    postMessage: () => {},
    onMessage(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onMessageError: () => () => {},
  }
  return { endpoint, listeners, arrive: (message: unknown) => listeners.forEach((listener) => void listener(message)) }
}

test('what came before the first listener is given to it, in order, and once', () => {
  const { endpoint, arrive } = eventful()
  const kept = keepingEarly(endpoint)
  const heard: unknown[] = []
  arrive('hello')
  arrive('again')
  kept.onMessage((message) => heard.push(message))
  arrive('later')
  expect(heard).toEqual(['hello', 'again', 'later'])
})

test('nothing is kept for a listener that has unsubscribed', () => {
  const { endpoint, listeners } = eventful()
  const unsubscribe = keepingEarly(endpoint).onMessage(() => {})
  unsubscribe()
  expect(listeners.size).toBe(0)
})
