import { type TaskEvent, writeTaskEvents } from '../task-events.js'
import type { Session } from './session.js'

/** What tasks tell their clients before their end, gathered for each client: one message a turn. */
export class EventsOutbox {
  readonly #session: Session
  readonly #byTopic = new Map<string, TaskEvent[]>()

  constructor(session: Session) {
    this.#session = session
  }

  add(topic: string | undefined, event: TaskEvent): void {
    if (topic === undefined) return
    if (this.#byTopic.size === 0) queueMicrotask(() => this.flush())
    const events = this.#byTopic.get(topic)
    if (events === undefined) this.#byTopic.set(topic, [event])
    else events.push(event)
  }

  /** Says all of it: before what ends those tasks is said. */
  flush(): void {
    for (const [topic, events] of this.#byTopic) {
      this.#session.send({ op: 'log-event', topic, msg: { topic, tasks: writeTaskEvents(events) } })
    }
    this.#byTopic.clear()
  }
}
