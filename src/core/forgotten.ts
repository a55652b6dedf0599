/** Calls back when the program has forgotten an object. On platforms that do not tell (some edge runtimes): never. */
export class Forgotten<Held> {
  readonly #registry: FinalizationRegistry<Held> | undefined

  /** `onForgotten` gets what was said of the object, some time later. */
  constructor(onForgotten: (held: Held) => void) {
    this.#registry = typeof FinalizationRegistry === 'undefined' ? undefined : new FinalizationRegistry(onForgotten)
  }

  watch(object: WeakKey, held: Held): void {
    this.#registry?.register(object, held, object)
  }

  leave(object: WeakKey): void {
    this.#registry?.unregister(object)
  }
}
