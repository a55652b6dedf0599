import { asCompleted, Client } from 'daskflow'

const TASKS = 100
const DARTS = 1_000_000

const [estimate, progress, darts, throwButton, stopButton, alert] = [
  'output',
  'progress',
  '#darts',
  '#throw',
  '#stop',
  '[role=alert]',
].map((selector) => document.querySelector(selector))

const client = await Client.create({
  worker: () => new Worker(new URL('./darts.worker.js', import.meta.url), { type: 'module' }),
}).catch((error) => {
  tell(error)
  throw error
})

setRunning(false)
throwButton.addEventListener('click', async () => {
  const controller = new AbortController()
  stopButton.onclick = () => controller.abort()
  setRunning(true)
  const throws = client.map('throwDarts', Array(TASKS).fill(DARTS), { signal: controller.signal })
  await draw(throws).catch(tell)
  for (const future of throws) future.release()
  setRunning(false)
})

function tell(error) {
  alert.hidden = false
  alert.textContent = error.message
}

/** Shows what the futures come to, as they come in. */
async function draw(throws) {
  let [done, hits] = [0, 0]
  for await (const future of asCompleted(throws)) {
    if (future.cancelled()) continue
    hits += await future.result()
    done++
    estimate.value = ((4 * hits) / (done * DARTS)).toFixed(6)
    progress.value = done / TASKS
    darts.textContent = `${(done * DARTS).toLocaleString('en')} darts, ${hits.toLocaleString('en')} hits`
  }
}

function setRunning(isRunning) {
  throwButton.disabled = isRunning
  stopButton.disabled = !isRunning
}
