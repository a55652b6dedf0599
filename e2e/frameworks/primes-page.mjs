// What a person sees of a page that counts primes, as the guides have it.
const STEP_MS = 60_000
const TOTAL = '664579 primes'

export async function seeItDone(page) {
  await page.getByText(TOTAL).waitFor({ timeout: STEP_MS })
}

/** Cancels it once a part is done, long before all are. */
export async function cancelIt(page) {
  await page.waitForFunction(() => document.querySelector('progress')?.value > 0, undefined, { timeout: STEP_MS })
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('cancelled').waitFor({ timeout: STEP_MS })
}

/** Waits until all workers have ended. */
export async function seeNoWorkers(page) {
  for (let [worker] = page.workers(); worker !== undefined; [worker] = page.workers())
    await worker.waitForEvent('close', { timeout: STEP_MS })
}
