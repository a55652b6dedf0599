// Made src/readings.csv: temperatures of three stations that do not exist, every six hours of 2025.
// node make-readings.js > src/readings.csv

const HOURS = 6
const STATIONS = [
  { name: 'Summit', mean: 2.1, season: 8, day: 2, weather: 3.4 },
  { name: 'Harbour', mean: 10.6, season: 6.5, day: 1.5, weather: 1.8 },
  { name: 'Valley', mean: 9.9, season: 9.5, day: 4.5, weather: 2.6 },
]

const random = randomNumbers(2025)
const noise = () => random() + random() + random() - 1.5

console.log('time,station,celsius,quality')
let front = 0
for (let hour = 0; hour < 365 * 24; hour += HOURS) {
  const time = new Date(Date.UTC(2025, 0, 1, hour)).toISOString().slice(0, 13)
  // What the stations share: a front that passes in some days.
  front = 0.93 * front + 0.75 * noise()
  for (const { name, mean, season, day, weather } of STATIONS) {
    const yearly = -season * Math.cos((2 * Math.PI * (hour / 24 - 20)) / 365)
    const daily = -day * Math.cos((2 * Math.PI * (hour - 2)) / 24)
    console.log([time, name, ...measure(mean + yearly + daily + weather * front + noise())].join())
  }
}

/** As a sensor reports it: now and then not at all, or far off. */
function measure(celsius) {
  const luck = random()
  if (luck < 0.01) return ['', 'missing']
  if (luck < 0.04) return [(celsius + 60 * noise()).toFixed(1), 'suspect']
  return [celsius.toFixed(1), 'good']
}

/** The same numbers in every run, from 0 to 1 (a linear congruential generator, with the constants of Numerical Recipes). */
function randomNumbers(seed) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
