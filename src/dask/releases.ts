import type { SchedulerLink } from './scheduler-link.js'

/** Keys that a client does not want any more. Those of one turn are named in one message. */
export class Releases {
  readonly #link: SchedulerLink
  #keys: string[] = []

  constructor(link: SchedulerLink) {
    this.#link = link
  }

  add(key: string): void {
    if (this.#keys.push(key) === 1) queueMicrotask(() => this.#flush())
  }

  #flush(): void {
    const keys = this.#keys
    this.#keys = []
    this.#link.send({ op: 'client-releases-keys', keys, client: this.#link.id })
  }
}
