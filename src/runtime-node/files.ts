import { access, appendFile, copyFile, link, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { threadId } from 'node:worker_threads'
import type { FileStore } from '../core/files.js'

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
  // Under another name first: where it was placed as a hard link, others have the same bytes.
  write: (path, data) => replace(path, (temporary) => writeFile(temporary, data)),
  append: (path, text) => appendFile(path, text),
  place: (source, target) => replace(target, (temporary) => linkOrCopy(source, temporary)),
  remove: (path) => rm(path, { force: true }),
}

let made = 0

async function replace(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${process.pid}.${threadId}.${made++}.part`
  try {
    await make(temporary)
    await rename(temporary, path)
  } finally {
    // It is still there when something failed, and when both are links to the same file.
    await rm(temporary, { force: true })
  }
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  // A link to a symbolic link would lead elsewhere from its new place.
  const file = await realpath(source)
  try {
    await link(file, target)
  } catch {
    // On another disk, or where there are no hard links, or not for this file.
    await copyFile(file, target)
  }
}
