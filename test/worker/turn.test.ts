import { afterEach, describe, expect, it, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

describe('a turn of the event loop', () => {
  it.each([
    ['is absent', undefined],
    [
      'throws, as that of Next.js on the edge',
      () => {
        throw new Error('A Node.js API is used (MessageChannel) which is not supported in the Edge Runtime')
      },
    ],
  ])('comes by a timer where MessageChannel %s', async (_what, MessageChannel) => {
    vi.stubGlobal('MessageChannel', MessageChannel)
    const { nextTurn } = await import('../../src/worker/turn.js')
    const order: string[] = []
    const turn = nextTurn().then(() => order.push('turn'))
    await Promise.resolve()
    order.push('here')
    await turn
    await nextTurn()
    expect(order).toEqual(['here', 'turn'])
  })
})
