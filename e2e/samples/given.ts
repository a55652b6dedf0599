// What the samples that are parts of programs go on from, one meaning for each name in all the pages. A sample that uses none
// of these, imports something and prints something is a whole program, and is run.
import type { DaskExecutionBackend, TaskRecord } from 'daskflow'

declare global {
  const backend: DaskExecutionBackend
  /** A task of the guide to files. */
  const count: TaskRecord
  /** What somebody chose in a page. */
  const file: File
  const token: string
  /** Of a page; the types of the platform lack it. */
  const trustedTypes: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } }
}
