import { readFile } from 'node:fs/promises'
import { ClusterError } from '../core/errors.js'
import { messageOf } from '../core/message-of.js'
import { isRecord } from '../core/record.js'

/** The address in the file that a scheduler wrote (`--scheduler-file`). @throws {ClusterError} naming the file */
export async function addressIn(file: string): Promise<string> {
  let said: unknown
  try {
    said = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new ClusterError(`The scheduler's file ${file} could not be read: ${messageOf(cause)}`, { cause })
  }
  if (isRecord(said) && typeof said.address === 'string') return said.address
  throw new ClusterError(`The file ${file} is none of a scheduler's: it says no address`)
}
