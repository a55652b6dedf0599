/** A promise that is settled from outside: `Promise.withResolvers`, which Node 20 does not have. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

export function deferred<T>(): Deferred<T> {
  let settle: Parameters<ConstructorParameters<typeof Promise<T>>[0]> | undefined
  const promise = new Promise<T>((...both) => {
    settle = both
  })
  const [resolve, reject] = settle as NonNullable<typeof settle>
  return { promise, resolve, reject }
}
