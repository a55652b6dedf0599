import { stepOf, stepToItem } from '../../wire/uncloneable.js'
import { PythonTuple } from './python.js'

const MAX_PATH = 200

/** The step from a Map to one of its keys. */
export class KeyAt {
  readonly index: number

  constructor(index: number) {
    this.index = index
  }
}

/** Where in a value somebody is who walks through it, put into words only when they are asked for. */
export class Place {
  readonly #root: string
  readonly #owners: object[] = []
  readonly #keys: unknown[] = []

  /** @param root what the value as a whole is called */
  constructor(root: string) {
    this.#root = root
  }

  get depth(): number {
    return this.#owners.length
  }

  /** @param key of an array, a tuple, a Set: the index; of a Map: the key of what is meant, or a `KeyAt`; else the name of a property */
  enter(owner: object, key: unknown): void {
    this.#owners.push(owner)
    this.#keys.push(key)
  }

  leave(): void {
    this.#owners.pop()
    this.#keys.pop()
  }

  /** For example `args[0].onDone`. */
  toString(): string {
    let path = this.#root
    for (let i = 0; i < this.#owners.length && path.length < MAX_PATH; i++) path += this.#step(i)
    return path.length < MAX_PATH ? path : `${path.slice(0, MAX_PATH)}…`
  }

  #step(i: number): string {
    const owner = this.#owners[i] as object
    const key = this.#keys[i]
    if (key instanceof KeyAt) return `.keys()[${key.index}]`
    if (owner instanceof PythonTuple) return `[${key}]`
    if (owner instanceof Set) return `.values()[${key}]`
    if (owner instanceof Map) return stepToItem(key, [...owner.keys()].indexOf(key))
    return stepOf(owner, String(key))
  }
}
