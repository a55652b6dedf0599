/** The workloads of each runtime, in the order in which they are run. Each is a module in workloads/. */
export const CATALOG = {
  node: ['no-op', 'round-trip'],
  deno: ['no-op', 'round-trip'],
  bun: ['no-op', 'round-trip'],
  chromium: ['no-op', 'round-trip'],
}
