/** What came back of tasks that answer their own number: complete when each has, once and rightly. */
export class Tally {
  #left
  #seen
  #resolve
  #reject

  constructor(count) {
    this.#left = count
    this.#seen = new Uint8Array(count)
    this.complete = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  add(n, value) {
    if (value !== n) this.#reject(new Error(`Task ${n} answered ${value}`))
    else if (this.#seen[n]++ > 0) this.#reject(new Error(`Task ${n} answered twice`))
    else if (--this.#left === 0) this.#resolve()
  }
}
