import type { ExecutionBackend } from '../core/backend.js'
import type { Component } from './component.js'

/** Tells the backend of a task which tasks it needs the values of: those that made no files. */
export function linkValues({ backend, record }: Component, dependencies: ReadonlySet<Component>): unknown[] {
  const links: unknown[] = []
  for (const { record: srcTask } of dependencies) {
    if (outputsOf(srcTask).length === 0) links.push(backend?.backend.linkImplicitDataDeps(srcTask, record))
  }
  return links
}

/** Tells the backend of a task which files it needs: of the tasks that it depends on, and others. */
export function linkFiles(
  { backend: attached, record: dstTask, input }: Component,
  dependencies: ReadonlySet<Component>,
): unknown[] {
  const wanted = input?.args.inputFiles ?? []
  if (wanted.length === 0) return []
  const backend = attached?.backend as ExecutionBackend
  const links: unknown[] = []
  const made = new Set<string>()
  for (const { record: srcTask } of dependencies) {
    for (const fileName of outputsOf(srcTask)) {
      if (made.has(fileName) || !wanted.some(({ filename }) => filename === fileName)) continue
      made.add(fileName)
      links.push(backend.linkExplicitDataDeps({ srcTask, dstTask, fileName }))
    }
  }
  for (const { filename: fileName, filepath: filePath } of wanted) {
    if (!made.has(fileName)) links.push(backend.linkExplicitDataDeps({ dstTask, fileName, filePath }))
  }
  return links
}

function outputsOf({ metadata }: Component['record']): readonly string[] {
  return metadata?.outputFiles ?? []
}
