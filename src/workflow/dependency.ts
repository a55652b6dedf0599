import { isCanceled } from './end-errors.js'
import { Vertex } from './graph.js'

/** What a task or block waits for, and gets the value of. */
export interface Dependency {
  readonly vertex: Vertex<Dependency>
  /** Of a task or block; else a name. */
  readonly uid: string
  readonly name: string
  readonly value: unknown
  readonly error: unknown
}

/** A promise, or another's future: whatever can be awaited and is no task of this engine. */
export class Awaited implements Dependency {
  readonly vertex: Vertex<Dependency> = new Vertex<Dependency>(this)
  readonly uid: string
  readonly name: string
  value: unknown
  error: unknown

  /** `onEnded` gets those that wait for nothing any more. */
  constructor(thenable: PromiseLike<unknown>, onEnded: (freed: readonly Vertex<Dependency>[]) => void) {
    this.uid = this.name = nameOf(thenable)
    Promise.resolve(thenable).then(
      (value) => {
        this.value = value
        onEnded(this.vertex.settle('done'))
      },
      (error: unknown) => {
        this.error = error
        onEnded(this.vertex.settle(isCanceled(error) ? 'canceled' : 'failed'))
      },
    )
  }
}

// Futures say what they are: of a task, or of a client's key.
function nameOf(thenable: object): string {
  const { task, key } = thenable as { readonly task?: { readonly name?: unknown }; readonly key?: unknown }
  return ([task?.name, key].find((name) => typeof name === 'string') as string | undefined) ?? 'promise'
}
