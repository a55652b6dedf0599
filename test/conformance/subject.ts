import type { Backend, BackendClass, Case, Client, ClientClass, Context, LocalClusterClass, Package } from './case.js'
import type { Limits } from './limits.js'

/** What the cases are run against. */
export interface Subject {
  readonly daskflow: Package
  readonly Backend: BackendClass
  /** The other face, bound to the same runtime. */
  readonly Client: ClientClass
  readonly LocalCluster: LocalClusterClass
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

/** Whether a case is about backends of this kind. */
export function concerns({ needs = [] }: Case, { kind }: Subject): boolean {
  return kind === 'dask' || needs.length === 0
}

/** Why a case is skipped; `undefined` when it is not. */
export function skipReason({ needs = [] }: Case, { limits }: Subject): string | undefined {
  for (const need of needs) {
    if (need !== 'dask' && limits[need] !== undefined) return limits[need]
  }
  return undefined
}

let places = 0

/** Runs one case, and ends every backend that it started. */
export async function runCase(test: Case, subject: Subject): Promise<void> {
  const made: Backend[] = []
  const clients: Client[] = []
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
    async client(resources, options) {
      const client = new subject.Client(resources, options)
      clients.push(client)
      return client.start()
    },
  }
  try {
    await test.run(context)
  } finally {
    await Promise.all([...made.map((backend) => backend.shutdown()), ...clients.map((client) => client.close())])
  }
}
