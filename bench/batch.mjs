/** Tasks that call one function, each with a value of its own; complete when each has answered rightly, once. */
export class Batch {
  #left
  #seen
  #resolve
  #reject
  #isRight

  /**
   * @param fn the name of a function in functions.mjs
   * @param inputOf what task n is called with
   * @param isRight tells whether that is what task n answers; by default, that it answers its value
   */
  constructor({ count, fn = 'noop', inputOf = (n) => n, isRight = (value, n) => value === inputOf(n) }) {
    this.count = count
    this.fn = fn
    this.inputOf = inputOf
    this.#left = count
    this.#seen = new Uint8Array(count)
    this.#isRight = isRight
    this.complete = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  add(n, value) {
    if (!this.#isRight(value, n)) this.#reject(new Error(`Task ${n} answered ${value}`))
    else if (this.#seen[n]++ > 0) this.#reject(new Error(`Task ${n} answered twice`))
    else if (--this.#left === 0) this.#resolve()
  }
}
