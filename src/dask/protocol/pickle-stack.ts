import type { PickleSource } from './pickle-source.js'

/** The values that wait to be taken up by others. What is below the last mark is out of reach until that is gone. */
export class PickleStack {
  readonly #values: unknown[] = []
  readonly #marks: number[] = []
  readonly #source: PickleSource
  readonly #limit: number
  #floor = 0

  constructor(source: PickleSource, limit: number) {
    this.#source = source
    this.#limit = limit
  }

  push(value: unknown): void {
    this.#expectRoom()
    this.#values.push(value)
  }

  pop(): unknown {
    this.#expect(1)
    return this.#values.pop()
  }

  get top(): unknown {
    this.#expect(1)
    return this.#values.at(-1)
  }

  /** The last so many, which are gone from here then, in the order in which they came. */
  take(count: number): unknown[] {
    this.#expect(count)
    return this.#values.splice(this.#values.length - count)
  }

  mark(): void {
    this.#expectRoom()
    this.#marks.push(this.#values.length)
    this.#floor = this.#values.length
  }

  /** All since the last mark, which are gone from here then, as is the mark. */
  takeSinceMark(): unknown[] {
    const mark = this.#marks.pop()
    if (mark === undefined) throw this.#source.error('there is no mark')
    this.#floor = this.#marks.at(-1) ?? 0
    return this.#values.splice(mark)
  }

  /** Drops the last value, or the mark if nothing came after it: Python's `POP` does either. */
  drop(): void {
    if (this.#values.length === this.#floor && this.#marks.length > 0) this.takeSinceMark()
    else this.pop()
  }

  #expectRoom(): void {
    if (this.#values.length + this.#marks.length < this.#limit) return
    throw this.#source.error(`more than ${this.#limit} values wait for others`)
  }

  #expect(count: number): void {
    if (this.#values.length - this.#floor < count) throw this.#source.error('a value is missing')
  }
}
