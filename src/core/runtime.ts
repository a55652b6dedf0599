import type { ContextCarrier, WorkerAdapter } from './adapter.js'
import type { DataCluster } from './cluster.js'
import type { FileStore } from './files.js'
import type { ProcessRunner } from './processes.js'
import type { Unsubscribe } from './subscribable.js'

/** A platform, as shared code sees it. Each `runtime-*` makes one and binds the public classes to it. */
export interface Runtime {
  /** For messages to people. */
  readonly name: string
  /** How it makes workers. */
  readonly workers: WorkerAdapter
  /** Follows a call through its awaits, where the platform can. */
  readonly context?: ContextCarrier
  /** Where relative names start: the working directory, `/` where there is no file system. */
  workDir(): string
  /** A variable of the environment. Absent where there is none. */
  variable?(name: string): string | undefined
  /** Calls back when the process is asked to end: SIGINT, SIGTERM, SIGHUP. Absent where there are no signals. */
  onSignal?(listener: () => void): Unsubscribe
  /** Loaded when it is used. Where files are in memory, each one is new: see `storeOnce`. */
  files?(): Promise<FileStore>
  /** Loaded when it is used. Absent where there are no child processes. */
  processes?(): Promise<ProcessRunner>
  /** Speaks to a Dask scheduler. Loaded when it is used. Absent where there are no sockets that reach one. */
  connect?(options: RemoteOptions): Promise<DataCluster>
  /**
   * Imports a module on this thread: an absolute URL, or a bare specifier as the program sees it. Absent where modules cannot
   * be imported at run time.
   */
  importModule?(specifier: string): Promise<Readonly<Record<string, unknown>>>
}

/** How one shows who one is, and knows who the others are. */
export interface Security {
  /**
   * Who signs the certificates of the cluster: the PEM text, or where there are files, the path of one. It goes with
   * `tls://` and `wss://`, except in pages, whose browser has certificates of its own.
   */
  readonly tlsCaFile?: string | undefined
  /** The certificate of this program, and its key, in the same way. A Dask cluster asks for both. */
  readonly tlsClientCert?: string | undefined
  readonly tlsClientKey?: string | undefined
  /** What a `daskflow gateway` asks for. It goes with `ws://` and `wss://`. */
  readonly token?: string | undefined
}

/** A cluster on other machines. One of `address` and `schedulerFile` is there. */
export interface RemoteOptions {
  /** Of its scheduler: `tcp://127.0.0.1:8786`. */
  readonly address?: string | undefined
  /** The path of the file in which the scheduler says its address. */
  readonly schedulerFile?: string | undefined
  readonly security?: Security | undefined
  /** Milliseconds that it may take until the scheduler answers and has a JavaScript worker. Default 30,000. */
  readonly timeout?: number | undefined
}
