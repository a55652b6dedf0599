/** Amounts of things that tasks use and workers have, by names that mean nothing to us: `{ GPU: 1 }`. */
export type Amounts = Readonly<Record<string, number>>

// Amounts that are added and taken away again and again do not come back to the last digit.
const SLACK = 1e-9

export function covers(have: Amounts, need: Amounts): boolean {
  return Object.entries(need).every(([name, amount]) => Object.hasOwn(have, name) && (have[name] as number) + SLACK >= amount)
}
