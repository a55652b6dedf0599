/**
 * Makes a function of what was typed, without `eval`: as the module of a blob, so that a page needs no `'unsafe-eval'`.
 *
 * What is shipped is the function around it. It tells on which worker it runs, and gives that a turn to be heard: what was
 * typed may be a loop without end.
 *
 * @throws {SyntaxError} for what does not compile
 */
async function compile(text) {
  const source = `export default async (index) => {
  const context = getTaskContext()
  context.report({ workerId: context.workerId })
  await new Promise((resolve) => setTimeout(resolve))
  return (${text}\n)(index, context)
}`
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  try {
    return (await import(/* @vite-ignore */ url)).default
  } finally {
    URL.revokeObjectURL(url)
  }
}

/**
 * Runs `count` tasks of a typed function on `nWorkers` workers.
 *
 * `onChange` is called with the record of a task whenever something of it has changed: `{ index, state, workerId, start,
 * end, share, value, error }`, times in milliseconds since the first task was submitted.
 *
 * Answers the records, what cancels one, what stops all, and a promise for the end of all, which never rejects.
 */
export async function startRun({ text, nWorkers, count, onChange }) {
  const task = await compile(text)
  // Only in a page: nothing of it can be loaded while the site is built.
  const { Client } = await import('daskflow')
  const client = await Client.create({ nWorkers, minWorkers: nWorkers })
  const began = performance.now()
  const now = () => performance.now() - began
  const futures = client.map(
    task,
    Array.from({ length: count }, (_, index) => index),
  )
  const tasks = futures.map((_, index) => ({ index, state: 'waiting', share: 0 }))

  const ended = futures.map(async (future, index) => {
    const change = (what) => onChange(Object.assign(tasks[index], what))
    future.onProgress((progress) => change(read(progress, now())))
    try {
      const value = await future
      change({ state: 'done', end: now(), share: 1, value: toText(value) })
    } catch (error) {
      change(future.cancelled() ? { state: 'cancelled', end: now() } : { state: 'failed', end: now(), error: String(error) })
    }
  })
  return {
    tasks,
    now,
    cancel: (index) => futures[index].cancel(),
    stop: () => client.close(),
    ended: Promise.all(ended).then(() => client.close()),
  }
}

/** What a task reported: where it runs, which it tells first, or how far it is. */
function read(progress, time) {
  if (typeof progress?.workerId === 'string') return { state: 'running', workerId: progress.workerId, start: time, share: 0 }
  return typeof progress === 'number' ? { share: Math.min(1, Math.max(0, progress)) } : {}
}

function toText(value) {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}
