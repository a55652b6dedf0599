import { WorkerLostError } from '../../core/errors.js'
import { messageOf } from '../../core/message-of.js'
import { isRecord } from '../../core/record.js'
import { Serialized } from '../protocol/message.js'
import { textsOf } from '../texts.js'
import type { SchedulerLink } from './scheduler-link.js'

// Values that are asked for at a time. The scheduler answers with all of them in one message.
const MOST = 4_096

interface Wish {
  readonly key: string
  readonly resolve: (value: Serialized) => void
  readonly reject: (error: unknown) => void
}

/** Brings the values of tasks here, those that are asked for in one turn together. */
export class Gathering {
  readonly #link: SchedulerLink
  #wishes: Wish[] = []

  constructor(link: SchedulerLink) {
    this.#link = link
  }

  /** @throws {WorkerLostError} when the workers that had it are gone */
  value(key: string): Promise<Serialized> {
    return new Promise((resolve, reject) => {
      if (this.#wishes.push({ key, resolve, reject }) === 1) queueMicrotask(() => this.#gather())
    })
  }

  #gather(): void {
    const wishes = this.#wishes
    this.#wishes = []
    for (let at = 0; at < wishes.length; at += MOST) void this.#ask(wishes.slice(at, at + MOST))
  }

  async #ask(wishes: readonly Wish[]): Promise<void> {
    try {
      const answer = await this.#link.ask({ op: 'gather', keys: wishes.map(({ key }) => key) })
      const data = isRecord(answer) && isRecord(answer.data) ? answer.data : {}
      const lost = lostIn(answer)
      // One that is gone spoils the answer for all: the others are asked for once more.
      const isSpoilt = wishes.some(({ key }) => lost.has(key))
      const others = wishes.filter(({ key }) => isSpoilt && !lost.has(key))
      for (const wish of wishes) if (!isSpoilt || lost.has(wish.key)) settle(wish, data[wish.key], answer)
      if (others.length > 0) void this.#ask(others)
    } catch (error) {
      for (const { reject } of wishes) reject(error)
    }
  }
}

/** What a scheduler could not have: it says the keys, or who should have had each. */
function lostIn(answer: unknown): ReadonlySet<string> {
  const { status, keys } = isRecord(answer) ? answer : {}
  if (status !== 'error') return new Set()
  return new Set(isRecord(keys) ? Object.keys(keys) : textsOf(keys))
}

function settle({ key, resolve, reject }: Wish, value: unknown, answer: unknown): void {
  if (!(value instanceof Serialized)) {
    const why = isRecord(answer) ? messageOf(answer.exception_text) : undefined
    reject(new WorkerLostError(`The value of '${key}' is on no worker any more. ${why ?? ''}`.trimEnd(), LOST))
  } else resolve(value)
}

const LOST = { workerId: '', reason: 'lost' } as const
