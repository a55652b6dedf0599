import type { SchedulerLink } from './scheduler-link.js'

/** Keys that a client does not want any more. Those of one turn are named in one message. */
export class Releases {
  readonly #link: SchedulerLink
  readonly #before: () => void
  #keys: string[] = []

  /** `before`: says what is to be said before a release. */
  constructor(link: SchedulerLink, before: () => void) {
    this.#link = link
    this.#before = before
  }

  add(key: string): void {
    if (this.#keys.push(key) === 1) queueMicrotask(() => this.#flush())
  }

  #flush(): void {
    this.#before()
    const keys = this.#keys
    this.#keys = []
    this.#link.send({ op: 'client-releases-keys', keys, client: this.#link.id })
  }
}
