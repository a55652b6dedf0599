/** What to do where Node refuses a file of TypeScript, by what it says of it; empty where that is not why. */
export function typeScriptHint(reason: string): string {
  return /extension "\.\w?ts/.test(reason) ? '. Node runs TypeScript from 22.18 on; or compile it' : ''
}
