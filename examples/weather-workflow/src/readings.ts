/** What a station measured at one time. */
export interface Reading {
  /** `2025-01-31T18`: date and hour. */
  readonly time: string
  readonly station: string
  readonly celsius: number
  readonly quality: string
}

/** @throws {Error} when there is no such file */
export async function loadReadings(url: string): Promise<Reading[]> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} cannot be loaded: the server answered ${response.status}`)
  const [, ...lines] = (await response.text()).trim().split('\n')
  return lines.map(toReading)
}

function toReading(line: string): Reading {
  const [time, station, celsius, quality] = line.split(',')
  return { time, station, celsius: Number(celsius), quality }
}

/** Those of one station, without what its sensor had doubts about. */
export function selectStation(readings: readonly Reading[], station: string): Reading[] {
  return readings.filter((reading) => reading.station === station && reading.quality === 'good')
}
