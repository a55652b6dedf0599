import type { Backend, BackendClass, Capability, Case, Context, Package } from './case.js'

/** What the cases are run against. */
export interface Subject {
  readonly daskflow: Package
  readonly Backend: BackendClass
  readonly capabilities: readonly Capability[]
  readonly fixtures: URL
}

export function applies({ needs = [] }: Case, { capabilities }: Subject): boolean {
  return needs.every((need) => capabilities.includes(need))
}

/** Runs one case, and ends every backend that it started. */
export async function runCase(test: Case, subject: Subject): Promise<void> {
  const started: Backend[] = []
  const context: Context = {
    ...subject,
    async start(resources, options) {
      const backend = (await subject.Backend.create(resources, options)) as Backend
      started.push(backend)
      return backend
    },
  }
  try {
    await test.run(context)
  } finally {
    await Promise.all(started.map((backend) => backend.shutdown()))
  }
}
