import type { BaseWorkflowEngine } from '../../src/workflow/engine.js'
import type {
  Backend,
  BackendClass,
  Case,
  Client,
  ClientClass,
  ConcurrentClass,
  Context,
  EngineClass,
  LocalClusterClass,
  Package,
} from './case.js'
import type { Limits } from './limits.js'

/** What a runtime exports, beside what all do. */
interface Classes {
  readonly Backend: BackendClass
  /** The one without workers, bound to the same runtime. */
  readonly ConcurrentBackend: ConcurrentClass
  /** The other faces, bound to the same runtime. */
  readonly WorkflowEngine: EngineClass
  readonly Client: ClientClass
  readonly LocalCluster: LocalClusterClass
}

/** What the cases are run against. */
export interface Subject extends Classes {
  readonly daskflow: Package
  /** `dask`: it is a `DaskExecutionBackend`; `base`: a backend of another kind, which the cases of that one do not concern. */
  readonly kind: 'dask' | 'base'
  /** What its runtime cannot do. */
  readonly limits: Limits
  readonly fixtures: URL
  /** A folder for files of tasks, which whoever runs the cases removes. Default: one of a store that is in memory. */
  readonly folder?: string
  /** Default: its URL. */
  readonly workerOf?: Context['workerOf']
}

/** The package as a runtime has it. */
interface Built extends Package {
  readonly DaskExecutionBackend: BackendClass
  readonly ConcurrentExecutionBackend: ConcurrentClass
  readonly WorkflowEngine: EngineClass
  readonly Client: ClientClass
  readonly LocalCluster: LocalClusterClass
}

/** A whole package, as it is built; with classes of one's own in place of some of its own. */
export function subjectOf(
  daskflow: Built,
  about: Pick<Subject, 'limits' | 'fixtures' | 'folder' | 'workerOf'> & Partial<Classes>,
): Subject {
  const {
    DaskExecutionBackend: Backend,
    ConcurrentExecutionBackend: ConcurrentBackend,
    WorkflowEngine,
    Client,
    LocalCluster,
  } = daskflow
  return { daskflow, Backend, ConcurrentBackend, WorkflowEngine, Client, LocalCluster, kind: 'dask', ...about }
}

/** Whether a case is about backends of this kind. */
export function concerns({ needs = [] }: Case, { kind }: Subject): boolean {
  return kind === 'dask' || needs.length === 0
}

/** Why a case is skipped; `undefined` when it is not. */
export function skipReason({ needs = [] }: Case, { limits }: Subject): string | undefined {
  for (const need of needs) {
    if (need !== 'dask' && need !== 'local' && limits[need] !== undefined) return limits[need]
  }
  return undefined
}

let places = 0

/** Runs one case, and ends every backend that it started. */
export async function runCase(test: Case, subject: Subject): Promise<void> {
  const made: Pick<Backend, 'shutdown'>[] = []
  const clients: Client[] = []
  const engines: BaseWorkflowEngine[] = []
  const context: Context = {
    workerOf: (file) => new URL(file, subject.fixtures),
    ...subject,
    attach(backend) {
      const uid = `engine.${++places}`
      const { files: load } = subject.Backend.runtime
      if (load === undefined) throw new Error('There is no store for files here')
      const store = load()
      const session = { uid, path: `${subject.folder ?? ''}/${uid}`, files: () => store }
      return { ...session, leave: backend.attach(session) }
    },
    make(resources, options) {
      const backend = new subject.Backend(resources, options)
      made.push(backend)
      return backend
    },
    async start(resources, options) {
      const backend = context.make(resources, options)
      if (subject.kind === 'dask') await backend.start()
      return backend
    },
    concurrent(options) {
      const backend = new subject.ConcurrentBackend(options)
      made.push(backend)
      return backend
    },
    async engine(options) {
      const engine = await subject.WorkflowEngine.create({ ...(subject.folder && { workDir: subject.folder }), ...options })
      engines.push(engine)
      return engine
    },
    async client(resources, options) {
      const client = new subject.Client(resources, options)
      clients.push(client)
      return client.start()
    },
  }
  try {
    await test.run(context)
  } finally {
    await Promise.all(engines.map((engine) => engine.shutdown()))
    await Promise.all([...made.map((backend) => backend.shutdown()), ...clients.map((client) => client.close())])
  }
}
