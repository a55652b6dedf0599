import { type TaskEvent, writeTaskEvents } from '../task-events.js'
import type { Session } from './session.js'

interface Told {
  readonly topic: string
  readonly event: TaskEvent
}

/** What tasks tell in one turn: for each client its events as one message, and then what became of the tasks. */
export class Outbox {
  readonly #session: Session
  #told: Told[] = []
  #outcomes: object[] = []
  readonly #finished = new Set<string>()
  #waits = false

  constructor(session: Session) {
    this.#session = session
  }

  /** For who listens to the topic. */
  tell(topic: string | undefined, event: TaskEvent): void {
    if (topic === undefined) return
    this.#told.push({ topic, event })
    this.#flushSoon()
  }

  /** For the scheduler. */
  finish(key: string, outcome: object): void {
    this.#finished.add(key)
    this.fail(outcome)
  }

  /** For the scheduler. */
  fail(outcome: object): void {
    this.#outcomes.push(outcome)
    this.#flushSoon()
  }

  #flushSoon(): void {
    if (this.#waits) return
    this.#waits = true
    queueMicrotask(() => {
      this.#waits = false
      this.#flush()
    })
  }

  #flush(): void {
    const byTopic = new Map<string, TaskEvent[]>()
    for (const { topic, event } of this.#told) {
      // That it ran is said by its having finished, and each message costs the scheduler as much as a part of a task.
      if (event.what === 'running' && this.#finished.has(event.key)) continue
      const events = byTopic.get(topic)
      if (events === undefined) byTopic.set(topic, [event])
      else events.push(event)
    }
    for (const [topic, events] of byTopic) {
      this.#session.send({ op: 'log-event', topic, msg: { topic, tasks: writeTaskEvents(events) } })
    }
    this.#session.send(...this.#outcomes)
    this.#told = []
    this.#outcomes = []
    this.#finished.clear()
  }
}
