/** A pool that answers each call with a promise, as all but ours do. */
export class CallPool {
  #call
  #move
  #inFlight

  /**
   * @param call calls a function, by its name, with a value
   * @param move has an array moved to a worker and back, where the pool can
   * @param inFlight how many calls wait for their answers at a time: what is fastest for the pool; `Infinity` is all
   */
  constructor({ call, move, inFlight = Number.POSITIVE_INFINITY }) {
    this.#call = call
    this.#move = move
    this.#inFlight = inFlight
    this.note = inFlight === Number.POSITIVE_INFINITY ? 'all at once' : `${inFlight} in flight`
  }

  async runAll(batch) {
    let next = 0
    const run = async () => {
      while (next < batch.count) {
        const n = next++
        batch.add(n, await this.#call(batch.fn, batch.inputOf(n)))
      }
    }
    await Promise.all(Array.from({ length: Math.min(this.#inFlight, batch.count) }, run))
    await batch.complete
  }

  runOne(value) {
    return this.#call('noop', value)
  }

  runMoved(array) {
    return this.#move(array)
  }
}
