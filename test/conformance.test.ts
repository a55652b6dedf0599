import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as daskflow from 'daskflow'
import { startWorker as startPackagedWorker } from 'daskflow/worker'
import { afterAll, describe, test } from 'vitest'
import { BaseDaskExecutionBackend } from '../src/backends/dask.js'
import { BaseClient } from '../src/client/client.js'
import { BaseLocalCluster } from '../src/client/local-cluster.js'
import { MemoryFiles } from '../src/core/memory-files.js'
import * as source from '../src/index.js'
import { inlineRuntime } from '../src/runtime-inline/runtime.js'
import { startWorker } from '../src/worker/start.js'
import { conformance } from './conformance/index.js'
import { BY_REFERENCE, nodeLimits, SAME_THREAD } from './conformance/limits.js'
import { concerns, runCase, type Subject, skipReason } from './conformance/subject.js'
import { channelAdapter } from './fakes/channel-adapter.js'
import { OwnBackend } from './fakes/own-backend.js'

const node = nodeLimits(process.version)
const fixtures = new URL('./fixtures/', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'daskflow-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

// The stations of the house from source, with workers in this very thread: what the coverage sees.
class ChannelBackend extends BaseDaskExecutionBackend {
  static override readonly runtime = {
    name: 'channel',
    workers: channelAdapter(startWorker),
    workDir: () => '/',
    files: async () => new MemoryFiles(),
  }
}

// The same without any worker.
class InlineBackend extends BaseDaskExecutionBackend {
  static override readonly runtime = inlineRuntime
}

class ChannelClient extends BaseClient {
  static override readonly runtime = ChannelBackend.runtime
}
class ChannelCluster extends BaseLocalCluster {
  static override readonly runtime = ChannelBackend.runtime
}
class InlineClient extends BaseClient {
  static override readonly runtime = inlineRuntime
}
class InlineCluster extends BaseLocalCluster {
  static override readonly runtime = inlineRuntime
}

// The package as it is built, with an adapter that a user wrote against its public names.
class OwnAdapterBackend extends daskflow.DaskExecutionBackend {
  static override readonly runtime = { ...daskflow.runtime, workers: channelAdapter(startPackagedWorker) }
}

class OwnAdapterClient extends daskflow.Client {
  static override readonly runtime = OwnAdapterBackend.runtime
}
class OwnAdapterCluster extends daskflow.LocalCluster {
  static override readonly runtime = OwnAdapterBackend.runtime
}

const subjects: Readonly<Record<string, Subject>> = {
  'channel adapter, from source': {
    daskflow: source,
    Backend: ChannelBackend,
    Client: ChannelClient,
    LocalCluster: ChannelCluster,
    kind: 'dask',
    limits: {
      ...SAME_THREAD,
      ...node,
      filePaths: 'files are in memory',
      modules: 'task modules would find the built package, beside the source under test',
      ownWorker: 'this adapter loads no file',
    },
    fixtures,
  },
  'inline adapter, from source': {
    daskflow: source,
    Backend: InlineBackend,
    Client: InlineClient,
    LocalCluster: InlineCluster,
    kind: 'dask',
    limits: {
      ...SAME_THREAD,
      ...BY_REFERENCE,
      ...node,
      ownWorker: 'a worker’s file would find the built package, beside the source under test',
    },
    fixtures,
  },
  'Node adapter, from the build': {
    daskflow,
    Backend: daskflow.DaskExecutionBackend,
    Client: daskflow.Client,
    LocalCluster: daskflow.LocalCluster,
    kind: 'dask',
    limits: node,
    fixtures,
    folder,
  },
  'a user’s own adapter': {
    daskflow,
    Backend: OwnAdapterBackend,
    Client: OwnAdapterClient,
    LocalCluster: OwnAdapterCluster,
    kind: 'dask',
    limits: {
      ...SAME_THREAD,
      ...node,
      ownWorker: 'this adapter loads no file',
      filePaths: 'this adapter does not say that it shares files: they travel',
    },
    fixtures,
    folder,
  },
  'a user’s own backend': {
    daskflow,
    Backend: OwnBackend as never,
    Client: daskflow.Client,
    LocalCluster: daskflow.LocalCluster,
    kind: 'base',
    limits: {},
    fixtures,
  },
}

for (const [name, subject] of Object.entries(subjects)) {
  describe(name, () => {
    for (const item of conformance) {
      if (!concerns(item, subject)) continue
      const reason = skipReason(item, subject)
      test.skipIf(reason !== undefined)(reason === undefined ? item.name : `${item.name}: ${reason}`, () =>
        runCase(item, subject),
      )
    }
  })
}
