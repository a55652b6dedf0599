// A page that filters images on every core, and stays free meanwhile.
import { DaskExecutionBackend } from 'daskflow'
import { checksumOf, readImage, showImage } from './image.ts'
import { type FilterName, Job } from './job.ts'
import { JobRow } from './job-row.ts'

const form = element('order', HTMLFormElement)
const file = element('file', HTMLInputElement)
const filter = element('filter', HTMLSelectElement)
const clicks = element('clicks', HTMLButtonElement)
const error = element('error', HTMLParagraphElement)
const jobs = element('jobs', HTMLOListElement)
const result = element('result', HTMLElement)
const canvas = element('canvas', HTMLCanvasElement)
const caption = element('caption', HTMLElement)

// This form of a worker is what bundlers see. The page waits for the workers only when it runs its first job.
const starting = DaskExecutionBackend.create({
  worker: () => new Worker(new URL('./filters.worker.ts', import.meta.url), { type: 'module' }),
})
starting.catch((reason) => complain('The filters could not be started', reason))

let clicked = 0
clicks.addEventListener('click', () => {
  clicks.textContent = `Clicked ${++clicked} times`
})

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  error.hidden = true
  const [chosen] = file.files ?? []
  if (chosen === undefined) return complain('Choose an image first')
  try {
    await filterImage(chosen, filter.value as FilterName, filter.selectedOptions[0].label)
  } catch (reason) {
    complain(`${chosen.name} could not be filtered`, reason)
  }
})

async function filterImage(chosen: File, name: FilterName, label: string): Promise<void> {
  const cancellation = new AbortController()
  const row = new JobRow(jobs, `${label}: ${chosen.name}`, () => cancellation.abort())
  const startedAt = performance.now()
  try {
    const image = await readImage(chosen)
    const job = new Job(await starting, name, image)
    const filtered = await job.run((share) => row.advance(share), cancellation.signal)
    if (filtered === undefined) return row.end('Cancelled')
    const checksum = await checksumOf(filtered)
    row.end(`Done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
    showImage(canvas, filtered)
    caption.textContent = `${label}: ${image.width} × ${image.height} pixels, SHA-256 ${checksum}`
    result.hidden = false
  } catch (reason) {
    row.end('Failed')
    throw reason
  }
}

function complain(what: string, reason?: unknown): void {
  error.textContent = reason === undefined ? `${what}.` : `${what}: ${reason instanceof Error ? reason.message : reason}`
  error.hidden = false
}

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new Error(`The page has no #${id}`)
}
