import { constants } from 'node:fs'
import { access, appendFile, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { threadId } from 'node:worker_threads'
import type { FileStore } from '../core/files.js'

// Where the disk can do that, both have the same blocks until one of them is changed.
const CLONE = constants.COPYFILE_FICLONE

/** The file system. What is made appears at once and whole, so that no half of a file is taken for one. */
export const nodeFiles: FileStore = {
  onDisk: true,
  join,
  resolve: (folder, path) => (/^file:/i.test(path) ? fileURLToPath(path) : resolve(folder, path)),
  async createFolder(path) {
    await mkdir(path, { recursive: true })
  },
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  async read(path) {
    const bytes = await readFile(path)
    // Not a Buffer, nor a part of one: it is one thing in every runtime, and can be moved.
    return bytes.buffer.byteLength === bytes.byteLength ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes)
  },
  // Under another name first: it appears at once.
  write: (path, data) => replace(path, (temporary) => writeFile(temporary, data)),
  append: (path, text) => appendFile(path, text),
  place: (source, target) => replace(target, (temporary) => copyFile(source, temporary, CLONE)),
  remove: (path) => rm(path, { force: true }),
}

let made = 0

async function replace(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), `.${process.pid}.${threadId}.${made++}.part`)
  try {
    await make(temporary)
    await rename(temporary, path)
  } finally {
    // It is still there when something failed.
    await rm(temporary, { force: true })
  }
}
