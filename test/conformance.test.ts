import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as daskflow from 'daskflow'
import { startWorker as startPackagedWorker } from 'daskflow/worker'
import { afterAll, describe, test } from 'vitest'
import { BaseConcurrentExecutionBackend } from '../src/backends/concurrent.js'
import { BaseDaskExecutionBackend } from '../src/backends/dask.js'
import { BaseClient } from '../src/client/client.js'
import { BaseLocalCluster } from '../src/client/local-cluster.js'
import { MemoryFiles } from '../src/core/memory-files.js'
import * as source from '../src/index.js'
import { inlineRuntime } from '../src/runtime-inline/runtime.js'
import { nodeContext } from '../src/runtime-node/context.js'
import { startWorker } from '../src/worker/start.js'
import { BaseWorkflowEngine } from '../src/workflow/engine.js'
import { conformance } from './conformance/index.js'
import { BY_REFERENCE, NO_PROCESSES, nodeLimits, SAME_THREAD } from './conformance/limits.js'
import { concerns, runCase, type Subject, skipReason, subjectOf } from './conformance/subject.js'
import { channelAdapter } from './fakes/channel-adapter.js'
import { OwnBackend } from './fakes/own-backend.js'

const node = nodeLimits(process.version)
const fixtures = new URL('./fixtures/', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'daskflow-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The base classes from source, as a runtime binds them: what the coverage sees. */
function boundTo(runtime: source.Runtime) {
  class Backend extends BaseDaskExecutionBackend {
    static override readonly runtime = runtime
  }
  class ConcurrentBackend extends BaseConcurrentExecutionBackend {
    static override readonly runtime = runtime
  }
  class WorkflowEngine extends BaseWorkflowEngine {
    static override readonly runtime = runtime
    static override readonly backends = { run: () => new Backend(), dryRun: () => new source.NoopExecutionBackend() }
  }
  class Client extends BaseClient {
    static override readonly runtime = runtime
  }
  class LocalCluster extends BaseLocalCluster {
    static override readonly runtime = runtime
  }
  return { Backend, ConcurrentBackend, WorkflowEngine, Client, LocalCluster }
}

// With workers in this very thread.
const channelRuntime: source.Runtime = {
  name: 'channel',
  workers: channelAdapter(startWorker),
  context: nodeContext,
  workDir: () => '/',
  files: async () => new MemoryFiles(),
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
    ...boundTo(channelRuntime),
    kind: 'dask',
    limits: {
      ...SAME_THREAD,
      ...NO_PROCESSES,
      ...node,
      filePaths: 'files are in memory',
      modules: 'task modules would find the built package, beside the source under test',
      ownWorker: 'this adapter loads no file',
    },
    fixtures,
  },
  'inline adapter, from source': {
    daskflow: source,
    ...boundTo(inlineRuntime),
    kind: 'dask',
    limits: {
      ...SAME_THREAD,
      ...BY_REFERENCE,
      ...NO_PROCESSES,
      ...node,
      ownWorker: 'a worker’s file would find the built package, beside the source under test',
    },
    fixtures,
  },
  'Node adapter, from the build': subjectOf(daskflow, { limits: node, fixtures, folder }),
  'a user’s own adapter': subjectOf(daskflow, {
    Backend: OwnAdapterBackend,
    Client: OwnAdapterClient,
    LocalCluster: OwnAdapterCluster,
    limits: {
      ...SAME_THREAD,
      ...node,
      ownWorker: 'this adapter loads no file',
      filePaths: 'this adapter does not say that it shares files: they travel',
    },
    fixtures,
    folder,
  }),
  'a user’s own backend': { ...subjectOf(daskflow, { Backend: OwnBackend as never, limits: {}, fixtures }), kind: 'base' },
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
