/** Others speak Node's `worker_threads` and ignore the limits of their memory. */
export const LIMITS_MEMORY = !('Bun' in globalThis) && !('Deno' in globalThis)
