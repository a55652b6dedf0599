/** What an object is that must not be copied to a worker, in words, for who hands it in all the same. */
export const UNSENDABLE: unique symbol = Symbol.for('daskflow.unsendable') as never
