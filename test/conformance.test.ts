import * as daskflow from 'daskflow'
import { startWorker as startPackagedWorker } from 'daskflow/worker'
import { describe, test } from 'vitest'
import { BaseDaskExecutionBackend } from '../src/backends/dask.js'
import * as source from '../src/index.js'
import { startWorker } from '../src/worker/host.js'
import { conformance } from './conformance/index.js'
import { applies, runCase, type Subject } from './conformance/subject.js'
import { channelAdapter } from './fakes/channel-adapter.js'
import { OwnBackend } from './fakes/own-backend.js'

const fixtures = new URL('./fixtures/', import.meta.url)

// The stations of the house from source, with workers in this very thread: what the coverage sees.
class ChannelBackend extends BaseDaskExecutionBackend {
  static override readonly runtime = { name: 'channel', workers: channelAdapter(startWorker), workDir: () => '/' }
}

// The package as it is built, with an adapter that a user wrote against its public names.
class OwnAdapterBackend extends daskflow.DaskExecutionBackend {
  static override readonly runtime = { ...daskflow.nodeRuntime, workers: channelAdapter(startPackagedWorker) }
}

const subjects: Readonly<Record<string, Subject>> = {
  'channel adapter, from source': {
    daskflow: source as never,
    Backend: ChannelBackend as never,
    capabilities: ['dask', 'source'],
    fixtures,
  },
  'Node adapter, from the build': {
    daskflow,
    Backend: daskflow.DaskExecutionBackend,
    capabilities: ['dask', 'threads', 'source', 'asyncContext', 'modules', 'ownWorker'],
    fixtures,
  },
  'a user’s own adapter': { daskflow, Backend: OwnAdapterBackend, capabilities: ['dask', 'source', 'modules'], fixtures },
  'a user’s own backend': { daskflow, Backend: OwnBackend as never, capabilities: [], fixtures },
}

for (const [name, subject] of Object.entries(subjects)) {
  describe(name, () => {
    for (const item of conformance) {
      if (applies(item, subject)) test(item.name, () => runCase(item, subject))
    }
  })
}
