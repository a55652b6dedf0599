import type * as inline from 'daskflow/runtime-inline'
import type * as inlineWorker from 'daskflow/runtime-inline/worker'
import type * as node from 'daskflow/runtime-node'
import type * as nodeWorker from 'daskflow/runtime-node/worker'
import type * as web from 'daskflow/runtime-web'
import type * as webWorker from 'daskflow/runtime-web/worker'
import { expectTypeOf, test } from 'vitest'

// The types of Node's entries are those of the package, so a program that runs elsewhere must be told no lie.

test('web has the types of node', () => {
  expectTypeOf<typeof web>().toEqualTypeOf<typeof node>()
  expectTypeOf<typeof webWorker>().toEqualTypeOf<typeof nodeWorker>()
})

test('inline has the types of node', () => {
  expectTypeOf<typeof inline>().toEqualTypeOf<typeof node>()
  expectTypeOf<typeof inlineWorker>().toEqualTypeOf<typeof nodeWorker>()
})
