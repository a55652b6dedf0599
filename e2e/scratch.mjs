import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'

const OTHERS_MS = 3_000

const folders = new Set()

/** An empty folder in `parent` that is gone when this program is, however it ends. */
export function makeScratch(name, parent = tmpdir()) {
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, `daskflow-${name}-`))
  folders.add(folder)
  return folder
}

export function removeScratch(folder) {
  rmSync(folder, { recursive: true, force: true })
  folders.delete(folder)
}

process.once('exit', () => {
  for (const folder of folders) removeScratch(folder)
})
// A signal alone ends a program without its `exit`. Whoever else listens has something to end first.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    const exit = () => process.exit(128 + constants.signals[signal])
    if (process.listenerCount(signal) === 1) exit()
    else setTimeout(exit, OTHERS_MS).unref()
  })
}
