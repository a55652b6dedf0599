import { constants } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { threadId } from 'node:worker_threads'
import type { FileStore } from '../core/files.js'

// Where the disk can do that, both have the same blocks until one of them is changed.
const CLONE = constants.COPYFILE_FICLONE

// Loaded when a task has files: each worker would start later for it.
const disk = () => import('node:fs/promises')

/** The file system. What is made appears at once and whole, so that no half of a file is taken for one. */
export const nodeFiles: FileStore = {
  onDisk: true,
  join,
  resolve: (folder, path) => (/^file:/i.test(path) ? fileURLToPath(path) : resolve(folder, path)),
  async createFolder(path) {
    const { mkdir } = await disk()
    await mkdir(path, { recursive: true })
  },
  async exists(path) {
    const { access } = await disk()
    return access(path).then(
      () => true,
      () => false,
    )
  },
  async read(path) {
    const { readFile } = await disk()
    const bytes = await readFile(path)
    // Not a Buffer, nor a part of one: it is one thing in every runtime, and can be moved.
    return bytes.buffer.byteLength === bytes.byteLength ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes)
  },
  // Under another name first: it appears at once.
  write: (path, data) => replace(path, ({ writeFile }, temporary) => writeFile(temporary, data)),
  async append(path, text) {
    const { appendFile } = await disk()
    await appendFile(path, text)
  },
  place: (source, target) => replace(target, ({ copyFile }, temporary) => copyFile(source, temporary, CLONE)),
  async remove(path) {
    const { rm } = await disk()
    await rm(path, { force: true })
  },
}

type Disk = Awaited<ReturnType<typeof disk>>

let made = 0

async function replace(path: string, make: (disk: Disk, temporary: string) => Promise<void>): Promise<void> {
  const fs = await disk()
  const temporary = join(dirname(path), `.${process.pid}.${threadId}.${made++}.part`)
  try {
    await make(fs, temporary)
    await fs.rename(temporary, path)
  } finally {
    // It is still there when something failed.
    await fs.rm(temporary, { force: true })
  }
}
