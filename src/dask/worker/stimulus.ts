import { seconds } from './metrics.js'

/** What made somebody say something, in the words of Dask's logs. */
export function stimulus(what: string): string {
  return `${what}-${seconds()}`
}
