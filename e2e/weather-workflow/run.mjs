// The story of examples/weather-workflow, in Chromium: a person runs a workflow, cancels a part of it, and the rest is right.
import { strict as assert } from 'node:assert'
import { tellStories } from '../stories.mjs'
import { describeGap, describeStation } from './expected.mjs'
import { WorkflowPage } from './workflow-page.mjs'

const STATIONS = ['Summit', 'Harbour', 'Valley']
// More than anybody waits for, and few enough to wait for.
const [MANY, FEW] = ['1000000', '2000']
// Two bootstraps agree about that far, in °C.
const TOLERANCE = 0.3

await tellStories('weather-workflow', ({ openPage }) => {
  const open = async (prepare) => new WorkflowPage(await openPage(prepare))

  return {
    'a workflow is drawn as it runs, a task is cancelled, the rest is right, and all of it runs again': async () => {
      const file = gate()
      const page = await open((page) => page.route(/readings.*csv/, (route) => file.opened.then(() => route.continue())))
      await page.finds('10 pending: they wait for you.')
      await page.finds('Estimate gap: pending, after Select Harbour, Select Valley')
      await page.run(MANY)
      await page.finds('Load readings: running')
      await page.finds('Select Summit: pending')
      file.open()
      await page.finds('Load readings: done')
      await page.finds('Estimate gap: running')
      await page.finds('Compare stations: done')
      await page.finds('Judge gap: pending')
      await page.finds('Running: 8 done of 10.')

      await page.button('Cancel Estimate gap').click()
      await page.finds('Finished: 8 done, 2 cancelled, 0 failed.')
      await page.finds('Estimate gap: cancelled')
      await page.finds('Judge gap: cancelled, after Estimate gap')
      assert.deepEqual(await page.definitions(), {
        comparison: comparisonOf(STATIONS),
        gap: 'cancelled',
        verdict: 'cancelled',
      })
      for (const station of STATIONS) await checkStation(page, station)

      await page.run(FEW)
      await page.finds('Finished: 10 done, 0 cancelled, 0 failed.')
      for (const station of STATIONS) await checkStation(page, station)
      const { comparison, gap, verdict } = await page.definitions()
      assert.equal(comparison, comparisonOf(STATIONS))
      checkGap(gap, verdict)
    },
    'what waits is cancelled by the keyboard, before anything runs': async () => {
      const page = await open()
      await page.button('Cancel Select Summit').press('Enter')
      await page.finds('Select Summit: cancelled')
      await page.finds('Describe Summit: cancelled')
      await page.run(FEW)
      await page.finds('Finished: 7 done, 3 cancelled, 0 failed.')
      await page.finds('Compare stations: cancelled')
      assert.equal(await page.row('Summit'), 'cancelled')
      await checkStation(page, 'Valley')
    },
    'a file that is not there is told of once, and what needs it is not run; the next time it is there': async () => {
      const page = await open((page) => page.route(/readings.*csv/, (route) => route.fulfill({ status: 404 }), { times: 1 }))
      await page.run(FEW)
      await page.finds('Finished: 0 done, 0 cancelled, 10 failed.')
      assert.match(await page.alert(), /^Load readings failed: http:.*csv cannot be loaded: the server answered 404$/)
      assert.equal(await page.row('Harbour'), 'not there')
      await page.run(FEW)
      await page.finds('Finished: 10 done, 0 cancelled, 0 failed.')
      assert.equal(await page.alert(), undefined)
    },
    'workers that cannot be started are told of': async () => {
      const page = await open((page) => page.route(/tasks\.worker/, (route) => route.abort()))
      await page.finds(/^The workers could not be started: /)
      assert.ok(await page.button('Run').isDisabled())
    },
  }
})

function gate() {
  let open
  const opened = new Promise((resolve) => {
    open = resolve
  })
  return { opened, open }
}

async function checkStation(page, station) {
  const { count, mean, median, deviation, histogram } = describeStation(station)
  const numbers = [count.toLocaleString('en'), ...[mean, median, deviation].map((value) => value.toFixed(2))]
  assert.equal(await page.row(station), numbers.join(' '))
  assert.deepEqual(await page.bars(station), histogram)
}

function comparisonOf(stations) {
  const all = stations.map((station) => ({ station, ...describeStation(station) }))
  const [coldest, , warmest] = all.toSorted((a, b) => a.mean - b.mean)
  const [steadiest] = all.toSorted((a, b) => a.deviation - b.deviation)
  const readings = all.reduce((sum, { count }) => sum + count, 0).toLocaleString('en')
  const warmth = `${warmest.station} is the warmest, ${(warmest.mean - coldest.mean).toFixed(2)} °C above ${coldest.station}.`
  return `${warmth} ${steadiest.station} is the steadiest. That is what ${readings} readings say.`
}

function checkGap(text, verdict) {
  const [, ...numbers] = /^(\S+) °C; with 95 % confidence from (\S+) to (\S+) °C\.$/.exec(text)
  const [median, low, high] = numbers.map((number) => Number(number.replace('−', '-')))
  const expected = describeGap('Harbour', 'Valley')
  assert.equal(median.toFixed(2), expected.median.toFixed(2))
  assert.ok(Math.abs(low - expected.low) < TOLERANCE, `${low} is about ${expected.low}`)
  assert.ok(Math.abs(high - expected.high) < TOLERANCE, `${high} is about ${expected.high}`)
  assert.equal(verdict, low > 0 ? 'Harbour is warmer than Valley.' : 'It may be either: zero is in the interval.')
}
