// What the samples that are parts of programs go on from, one meaning for each name in all the pages. A sample that uses none
// of these, imports something and prints something is a whole program, and is run.
import type { Client, DaskExecutionBackend, TaskRecord } from 'daskflow'

declare global {
  const client: Client
  const backend: DaskExecutionBackend

  // A task of the guide on files, and a file that somebody chose in a page.
  const count: TaskRecord
  const file: File

  // Work of the reader's own.
  const chunks: Uint8Array[]
  const clean: (chunk: Uint8Array) => Float64Array
  const combine: (parts: Float64Array[], data: Float64Array) => number
  const draw: (part: Float64Array) => void
  const pixels: Uint8ClampedArray
  const token: string
}
