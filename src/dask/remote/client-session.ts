import type { TaskSpec } from '../../core/cluster.js'
import { type CommClosedError, TaskCanceledError, WorkerLostError } from '../../core/errors.js'
import { createHexId } from '../../core/ids.js'
import type { StreamMessage } from '../comm/stream.js'
import { decodeError, decodeValue, filesIn } from '../values/values.js'
import { Releases } from './releases.js'
import { RemoteActors } from './remote-actors.js'
import type { RemoteTask } from './remote-task.js'
import { RemoteValues } from './remote-values.js'
import { SchedulerLink, type SchedulerLinkOptions } from './scheduler-link.js'
import { Submissions } from './submissions.js'
import { TaskReports } from './task-reports.js'

/** What a client and its scheduler have to do with each other, from the connection to its end. */
export class ClientSession {
  readonly link: SchedulerLink
  readonly values: RemoteValues
  readonly actors: RemoteActors
  /** Of the keys of this client. */
  readonly #mark: string
  #next = 0
  readonly #tasks = new Map<string, RemoteTask>()
  readonly #submissions: Submissions
  readonly #reports: TaskReports
  readonly #releases: Releases
  /** Keys that are about to be cancelled. */
  readonly #canceling: string[] = []
  /** Those whose values are on their way. */
  readonly #bringing = new Set<RemoteTask>()

  /** @throws {CommClosedError | ClusterError} saying what is wrong there */
  static async open(options: Omit<SchedulerLinkOptions, 'onMessages'>): Promise<ClientSession> {
    let session: ClientSession | undefined
    const onMessages = (messages: readonly StreamMessage[]) => session?.receive(messages)
    const link = await SchedulerLink.open({ ...options, onMessages })
    session = new ClientSession(link)
    return session
  }

  private constructor(link: SchedulerLink) {
    this.link = link
    this.#mark = createHexId('js-')
    this.values = new RemoteValues(link, (task) => this.#tasks.get(task.key) === task)
    this.actors = new RemoteActors(link)
    this.#reports = new TaskReports(link, `daskflow-${this.#mark}`, this.#tasks)
    this.#submissions = new Submissions(link, this.#reports.topic, {
      failed: (task, error) => this.#ended(task, () => task.fail(error)),
      canceled: (task) => this.#ended(task, () => task.cancel(undefined)),
    })
    // What a graph names must not be released before it.
    this.#releases = new Releases(link, () => this.#submissions.flush())
  }

  newKey(name: string): string {
    // What is no text in Python would come back as another key.
    const text = name.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    return `${text}-${this.#next++}-${this.#mark}`
  }

  submit(task: RemoteTask, spec: TaskSpec): void {
    this.add(task)
    this.#submissions.add(task, spec)
  }

  /** One that the scheduler knows already. */
  add(task: RemoteTask): void {
    this.#tasks.set(task.key, task)
  }

  /** They, and what is behind them, have ended here, whatever the scheduler says to it. Answers how many of those were live. */
  cancel(given: Iterable<RemoteTask>, reason: unknown): number {
    const tasks = [...given].filter(({ live }) => live)
    const behind = new Set(tasks.flatMap((task) => [...task.behind]))
    for (const task of [...tasks, ...behind]) task.cancel(reason)
    const all = [...new Set([...tasks, ...behind])]
    for (const task of all) this.#drop(task)
    this.#cancelKeys(all.map(({ key }) => key))
    return tasks.length
  }

  /** The cluster drops what nobody wants. */
  forget(task: RemoteTask): void {
    task.release()
    this.#drop(task)
    this.#releases.add(task.key)
    this.actors.forget(task)
  }

  /** Leaves; nothing that it has submitted goes on. */
  close(error: Error): void {
    for (const task of this.#tasks.values()) task.cancel(undefined)
    this.#tasks.clear()
    this.values.close(error)
    this.actors.close(error)
    this.#reports.close()
    this.link.close()
  }

  /** The scheduler is gone. */
  lost(error: CommClosedError): void {
    const tasks = [...this.#tasks.values()]
    this.#tasks.clear()
    for (const task of tasks) {
      if (task.live) task.fail(error)
      else if (task.keeps) task.lose(error)
    }
    this.values.close(error)
    this.actors.close(error)
  }

  receive(messages: readonly StreamMessage[]): void {
    // Those that failed by the fault of another hear of it after that.
    for (const message of messages) this.#take(message)
  }

  #take(message: StreamMessage): void {
    const task = typeof message.key === 'string' ? this.#tasks.get(message.key) : undefined
    if (message.op === 'event') this.#reports.take(message.event)
    else if (message.op === 'cancelled-keys' || message.op === 'cancelled-key') this.#canceled(message)
    else if (task === undefined) return
    else if (message.op === 'key-in-memory') this.#finished(task)
    else if (message.op === 'task-erred') this.#failed(task, message)
    else if (message.op === 'lost-data' && task.status === 'finished') task.status = 'lost'
  }

  #finished(task: RemoteTask): void {
    this.values.arrived(task.key)
    // One that was lost may be there again.
    if (task.settled) task.status = task.keeps ? 'finished' : task.status
    else if (task.keeps && !task.writes) task.done(undefined)
    else void this.#bring(task)
  }

  async #bring(task: RemoteTask): Promise<void> {
    if (!task.live || this.#bringing.has(task)) return
    this.#bringing.add(task)
    try {
      const value = await this.values.of(task)
      if (task.writes) task.wrote(filesIn(value))
      const decoded = task.keeps ? undefined : decodeValue(value)
      this.#ended(task, () => task.done(decoded))
    } catch (error) {
      this.#ended(task, () => task.fail(error))
    } finally {
      this.#bringing.delete(task)
    }
  }

  #failed(task: RemoteTask, message: StreamMessage): void {
    const error = decodeError(task.uid, message.exception)
    // It was done, and was to be computed again.
    if (task.settled && task.isActor) task.lose(this.actors.lost(task))
    else if (task.settled && task.keeps) task.lose(error)
    else this.#ended(task, () => task.fail(error))
    this.values.gone(task.key, () => error)
  }

  #canceled({ keys, key, reason }: StreamMessage): void {
    for (const canceled of Array.isArray(keys) ? keys : [key]) {
      const task = this.#tasks.get(canceled as string)
      if (task === undefined) continue
      // One that was scattered, or whose task the scheduler has dropped, cannot be made again.
      const { uid } = task
      const lost = new WorkerLostError(`The value of '${uid}' is on no worker any more, and cannot be made again`, {
        ...LOST,
        uid,
      })
      if (task.settled && task.keeps) task.lose(task.isActor ? this.actors.lost(task) : lost)
      else this.#ended(task, () => task.cancel(reason ?? undefined))
      this.values.gone(task.key, () => lost)
    }
  }

  #ended(task: RemoteTask, tell: () => void): void {
    tell()
    if (!task.keeps) this.forget(task)
  }

  /** Nothing of it is heard any more, so that nobody may wait for it. */
  #drop(task: RemoteTask): void {
    this.#tasks.delete(task.key)
    const { uid, key } = task
    this.values.gone(key, () => new TaskCanceledError(`The value of '${uid}' was released`, { uid }))
  }

  /** Those of one turn are named in one message. */
  #cancelKeys(keys: readonly string[]): void {
    if (keys.length === 0) return
    if (this.#canceling.length === 0) queueMicrotask(() => this.#sayCanceled(this.#canceling.splice(0)))
    for (const key of keys) this.#canceling.push(key)
  }

  #sayCanceled(keys: readonly string[]): void {
    const { link } = this
    const { cancels } = link.dialect
    if (cancels === 'request') link.ask({ op: 'cancel', keys, client: link.id, force: false }).catch(() => {})
    else link.send({ op: 'cancel-keys', keys, force: false, ...(cancels === 'reason' && { reason: null, msg: null }) })
  }
}

const LOST = { workerId: '', reason: 'lost' } as const
