import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Folders that hold what was installed or built. */
export const LEFT_OUT = ['node_modules', '.git', 'dist', 'build', 'coverage', '.cache']

/**
 * Lists the files under a folder, sorted by path, and the folders that could not be read.
 *
 * Links to folders are not followed: they may lead in circles. What is neither file nor folder, a pipe or a socket, is
 * passed over: reading it might never end.
 *
 * @param {string} folder
 * @param {AbortSignal} signal
 * @returns {Promise<{ paths: string[], failures: { path: string, error: unknown }[] }>}
 */
export async function listFiles(folder, signal) {
  const paths = []
  const failures = []
  const folders = [folder]
  // The list grows while it is walked.
  for (const parent of folders) {
    signal.throwIfAborted()
    try {
      for (const entry of await readdir(parent, { withFileTypes: true })) {
        const path = join(parent, entry.name)
        if (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(path)))) paths.push(path)
        else if (entry.isDirectory() && !LEFT_OUT.includes(entry.name)) folders.push(path)
      }
    } catch (error) {
      failures.push({ path: parent, error })
    }
  }
  return { paths: paths.sort(), failures }
}

// A link that leads nowhere counts as one to a file: whoever reads it finds out what is wrong with it.
async function leadsToFile(link) {
  try {
    return (await stat(link)).isFile()
  } catch {
    return true
  }
}
