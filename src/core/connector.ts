/** Certificates of a cluster that speaks TLS. Each is PEM text. */
export interface Certificates {
  /** Who signs the cluster's certificates. */
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

/** How one shows who one is. */
export interface Identity {
  readonly certificates?: Certificates | undefined
  /** For what stands before a cluster and asks for one: the gateway. */
  readonly token?: string | undefined
}

export interface ConnectOptions extends Identity {
  /** Ends the attempt. */
  readonly signal?: AbortSignal | undefined
}

/** What goes between two machines: messages, each a list of frames, in order. */
export interface Connection {
  /** As `tcp://127.0.0.1:8786`, where it leads. */
  readonly address: string
  /** The address of this machine by which it leads there, where that is known: `10.0.0.7`. */
  readonly localHost?: string | undefined
  /** MUST NOT throw; what is sent when it has ended is dropped. */
  send(frames: readonly Uint8Array[]): void
  /** Set once, before anything else happens in that turn. */
  onMessage(listener: (frames: readonly Uint8Array[]) => void): void
  /** Resolves once, with why it ended; `undefined` where one side wanted that. Never rejects. */
  readonly closed: Promise<Error | undefined>
  /** Whether it keeps the process alive, where it can. It does until this says otherwise. */
  hold(alive: boolean): void
  /** Ends it when all that was sent is on its way. */
  close(): void
}

export interface Listener {
  /** Under which others reach it. */
  readonly port: number
  close(): Promise<void>
}

export interface ListenOptions {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly certificates?: Certificates | undefined
  readonly onConnection: (connection: Connection) => void
}

/** The sockets of a runtime. */
export interface Connector {
  /** To `tcp://…`, or what else it speaks. Rejects with what the platform says. */
  connect(address: string, options: ConnectOptions): Promise<Connection>
  /** Absent where nobody can connect to this process. */
  listen?(options: ListenOptions): Promise<Listener>
}
