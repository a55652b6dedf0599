/** The workloads of each runtime, in the order in which they are run. Each is a module in workloads/. */
export const CATALOG = {
  node: [
    'no-op',
    'round-trip',
    'record',
    'large',
    'cpu',
    'mixed',
    'async',
    'cancel',
    'scale',
    'heap',
    'futures',
    'workflow',
    'cold',
  ],
  deno: ['no-op', 'round-trip', 'large'],
  bun: ['no-op', 'round-trip', 'large'],
  chromium: ['no-op', 'round-trip', 'large'],
}
