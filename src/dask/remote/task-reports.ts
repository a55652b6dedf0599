import { isRecord } from '../../core/record.js'
import { readTaskEvents, type TaskEvent, toLogEntry } from '../task-events.js'
import { decodePickle } from '../values/values.js'
import type { RemoteTask } from './remote-task.js'
import type { SchedulerLink } from './scheduler-link.js'

/** What tasks say while they run: their workers tell it on a topic, to which the client listens. */
export class TaskReports {
  readonly topic: string
  readonly #tasks: ReadonlyMap<string, RemoteTask>
  readonly #link: SchedulerLink

  constructor(link: SchedulerLink, topic: string, tasks: ReadonlyMap<string, RemoteTask>) {
    this.topic = topic
    this.#tasks = tasks
    this.#link = link
    link.send({ op: 'subscribe-topic', topic, client: link.id })
  }

  close(): void {
    this.#link.send({ op: 'unsubscribe-topic', topic: this.topic, client: this.#link.id })
  }

  /** Of any topic. */
  take(event: unknown): void {
    const [, said] = Array.isArray(event) ? event : []
    if (!isRecord(said) || said.topic !== this.topic) return
    const workerId = String(said.worker ?? '')
    for (const told of readTaskEvents(said.tasks)) {
      const task = this.#tasks.get(told.key)
      if (task?.live) tryReport(task, told, workerId)
    }
  }
}

function tryReport(task: RemoteTask, event: TaskEvent, workerId: string): void {
  try {
    report(task, event, workerId)
  } catch {
    // Anybody may speak on a topic, and say what cannot be read.
  }
}

function report(task: RemoteTask, event: TaskEvent, workerId: string): void {
  task.announce()
  if (event.what === 'progress') task.sink.progress(task, event.payload && decodePickle(event.payload))
  else if (event.what !== 'running') {
    const entry = toLogEntry(event, workerId)
    if (entry !== undefined) task.sink.log(task, entry)
  }
}
