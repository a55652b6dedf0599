import { LOG_LEVELS, type LogEntry } from '../core/task-context.js'
import { decodePickle } from './values/values.js'

/** What a worker tells of a task before its end: `payload` is a value, pickled. */
export interface TaskEvent {
  readonly key: string
  readonly what: TaskEventKind
  readonly payload: Uint8Array | null
}

const KINDS = ['running', 'progress', ...LOG_LEVELS] as const
type TaskEventKind = (typeof KINDS)[number]

/** Many share a message, which is flat: key, what, payload. */
export function writeTaskEvents(events: readonly TaskEvent[]): unknown {
  return events.flatMap(({ key, what, payload }) => [key, what, payload])
}

/** Whatever is no event is left out: anybody may speak on a topic. */
export function readTaskEvents(message: unknown): readonly TaskEvent[] {
  if (!Array.isArray(message)) return []
  const events: TaskEvent[] = []
  for (let i = 0; i + 2 < message.length; i += 3) {
    const [key, what, payload] = message.slice(i, i + 3)
    const isEvent = typeof key === 'string' && KINDS.includes(what) && (payload === null || payload instanceof Uint8Array)
    if (isEvent) events.push({ key, what, payload })
  }
  return events
}

/** What a task logged. */
export function toLogEntry({ what, payload }: TaskEvent, workerId: string): LogEntry | undefined {
  const args = payload && decodePickle(payload)
  return Array.isArray(args) ? { level: what as LogEntry['level'], args, workerId } : undefined
}
