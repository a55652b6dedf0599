import type { SpecFiles } from '../core/files.js'
import { nextTicket } from '../wire/claims.js'
import { type Keep, TASKS_AT, type TasksMessage, type WireInputs } from '../wire/protocol.js'

export interface WaitingTask {
  readonly id: number
  readonly functionId: number
  readonly uid: string
  readonly attempt: number
  readonly ticket: number
  readonly announce: boolean
  readonly keep: Keep
  readonly inputs: WireInputs | undefined
  readonly files: SpecFiles | undefined
  readonly args: unknown[]
}

/** The tasks that a worker was sent and has not begun, in the order in which they came. */
export class WaitingTasks {
  readonly #queue: WaitingTask[] = []
  #head = 0

  get size(): number {
    return this.#queue.length - this.#head
  }

  /** Takes a message of tasks apart. */
  add(message: TasksMessage): void {
    const [, ticket, , announce, inputs, files] = message
    const inputsOf = inputs && byTask<WireInputs>(inputs)
    const filesOf = files && byTask<SpecFiles>(files)
    let next = ticket
    for (let i = TASKS_AT; i < message.length; ) {
      const functionId = message[i] as number
      const attempt = message[i + 1] as number
      const keep = message[i + 2] as Keep
      const argCount = message[i + 3] as number
      const count = message[i + 4] as number
      i += 5
      for (let n = 0; n < count; n++) {
        const id = message[i] as number
        const uid = message[i + 1] as string
        const args = message.slice(i + 2, i + 2 + argCount)
        this.#queue.push({
          id,
          functionId,
          uid,
          attempt,
          ticket: next,
          announce,
          keep,
          inputs: inputsOf?.get(id),
          files: filesOf?.get(id),
          args,
        })
        next = nextTicket(next)
        i += 2 + argCount
      }
    }
  }

  take(): WaitingTask | undefined {
    if (this.#head === this.#queue.length) {
      this.clear()
      return undefined
    }
    const task = this.#queue[this.#head] as WaitingTask
    this.#queue[this.#head++] = undefined as never
    if (this.#head > 1024) {
      this.#queue.splice(0, this.#head)
      this.#head = 0
    }
    return task
  }

  /** Takes out all that are chosen. */
  takeAll(chosen: (task: WaitingTask) => boolean): readonly WaitingTask[] {
    const taken: WaitingTask[] = []
    const kept: WaitingTask[] = []
    for (const task of this.#queue.slice(this.#head)) (chosen(task) ? taken : kept).push(task)
    this.#queue.splice(0, this.#queue.length, ...kept)
    this.#head = 0
    return taken
  }

  clear(): void {
    this.#queue.length = this.#head = 0
  }
}

function byTask<T>(flat: readonly unknown[]): ReadonlyMap<number, T> {
  const found = new Map<number, T>()
  for (let i = 0; i < flat.length; i += 2) found.set(flat[i] as number, flat[i + 1] as T)
  return found
}
