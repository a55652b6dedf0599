import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'

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
// A signal alone ends a program without its `exit`. Whoever else listens has something to end first, and exits then.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal])
  })
}
