import { expect, test, vi } from 'vitest'
import { createChannel } from '../../src/runtime-inline/port.js'

/** What a port hears, and a promise of so much. */
function listen(port: ReturnType<typeof createChannel>['port1']) {
  const heard: unknown[] = []
  let wake: () => void = () => {}
  port.addEventListener('message', ({ data }: { readonly data: unknown }) => {
    heard.push(data)
    wake()
  })
  port.start()
  const until = async (n: number) => {
    while (heard.length < n)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    return heard
  }
  return { heard, until }
}

test('messages arrive as copies, in order, and not at once', async () => {
  const { port1, port2 } = createChannel()
  const { heard, until } = listen(port2)
  const given = { n: 1 }
  port1.postMessage(given)
  port1.postMessage('second')
  given.n = 2
  expect(heard).toEqual([])
  expect(await until(2)).toEqual([{ n: 1 }, 'second'])
})

test('what arrived before anybody listened is kept', async () => {
  const { port1, port2 } = createChannel()
  port1.postMessage('early')
  await new Promise((resolve) => setTimeout(resolve))
  expect(await listen(port2).until(1)).toEqual(['early'])
})

test('a buffer is moved', async () => {
  const { port1, port2 } = createChannel()
  const bytes = new Uint8Array([1, 2])
  port1.postMessage(bytes, [bytes.buffer])
  expect(bytes.byteLength).toBe(0)
  expect(await listen(port2).until(1)).toEqual([new Uint8Array([1, 2])])
})

test('a port of its own kind is moved as it is', async () => {
  const { port1, port2 } = createChannel()
  const inner = createChannel()
  port1.postMessage([1, inner.port2], [inner.port2])
  const [[, moved]] = (await listen(port2).until(1)) as [[number, typeof inner.port2]]
  moved.postMessage('through')
  expect(await listen(inner.port1).until(1)).toEqual(['through'])
})

test('what cannot be cloned throws at once, also when nobody is there any more', () => {
  const { port1, port2 } = createChannel()
  expect(() => port1.postMessage({ f() {} })).toThrow(/could not be cloned/)
  port2.close()
  expect(() => port1.postMessage({ f() {} })).toThrow(/could not be cloned/)
  port1.postMessage('nobody')
})

test('a port that was closed hears nothing, of what was on its way neither', async () => {
  const { port1, port2 } = createChannel()
  const other = createChannel()
  const { heard } = listen(port2)
  port1.postMessage(1)
  other.port1.postMessage(2)
  port2.close()
  // Posted later, it would arrive later.
  await listen(other.port2).until(1)
  expect(heard).toEqual([])
})

test('it works where there is no MessageChannel', async () => {
  vi.stubGlobal('MessageChannel', undefined)
  try {
    const { port1, port2 } = createChannel()
    port1.postMessage(1)
    expect(await listen(port2).until(1)).toEqual([1])
  } finally {
    vi.unstubAllGlobals()
  }
})
