import type { ContextCarrier, WorkerAdapter } from './adapter.js'
import type { FileStore } from './files.js'
import type { ProcessRunner } from './processes.js'

/** A platform, as shared code sees it. Each `runtime-*` makes one and binds the public classes to it. */
export interface Runtime {
  readonly name: string
  readonly workers: WorkerAdapter
  /** Follows a call through its awaits, where the platform can. */
  readonly context?: ContextCarrier
  /** Where relative names start: the working directory, `/` where there is no file system. */
  workDir(): string
  /** Loaded when it is used. Where files are in memory, each one is new: see `storeOnce`. */
  files?(): Promise<FileStore>
  /** Loaded when it is used. Absent where there are no child processes. */
  processes?(): Promise<ProcessRunner>
}
