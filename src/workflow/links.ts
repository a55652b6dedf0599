import { append } from '../core/append.js'
import type { ExecutionBackend } from '../core/backend.js'
import { TaskValidationError } from '../core/errors.js'
import { isThenable } from '../core/thenable.js'
import type { Component } from './component.js'

type Links = readonly PromiseLike<unknown>[]

/** Tells the backend of a task which tasks it needs the values of: those that made no files. */
export function linkValues({ backend, record }: Component, dependencies: ReadonlySet<Component>): Links {
  const sources = [...dependencies].map((dependency) => dependency.record).filter((each) => outputsOf(each).length === 0)
  return sources.flatMap((srcTask) => told(() => backend?.backend.linkImplicitDataDeps(srcTask, record)))
}

/**
 * Tells the backend of a task which files it needs: of the tasks that it depends on, and others.
 *
 * @throws {TaskValidationError} for two files of one name
 */
export function linkFiles({ backend: attached, record: dstTask, input }: Component, dependencies: ReadonlySet<Component>): Links {
  const wanted = input?.args.inputFiles ?? []
  if (wanted.length === 0) return []
  const backend = attached?.backend as ExecutionBackend
  const makers = makersOf(dependencies)
  const paths = new Map<string, string>()
  for (const { filename, filepath } of wanted) {
    const [first, second] = makers.get(filename) ?? []
    if (second !== undefined) throw twice(dstTask, filename, `'${first?.name}' and '${second.name}' both make it`)
    const path = paths.get(filename) ?? filepath
    if (first === undefined && path !== filepath) throw twice(dstTask, filename, `it is at '${path}' and at '${filepath}'`)
    paths.set(filename, path)
  }
  return [...paths].flatMap(([fileName, filePath]) => {
    const srcTask = makers.get(fileName)?.[0]?.record
    const dep = srcTask === undefined ? { dstTask, fileName, filePath } : { srcTask, dstTask, fileName }
    return told(() => backend.linkExplicitDataDeps(dep))
  })
}

/** By the names of the files. */
function makersOf(dependencies: ReadonlySet<Component>): ReadonlyMap<string, readonly Component[]> {
  const makers = new Map<string, Component[]>()
  for (const dependency of dependencies) {
    for (const fileName of new Set(outputsOf(dependency.record))) append(makers, fileName, dependency)
  }
  return makers
}

// What throws at once must not leave behind what rejects later, and nobody hears.
function told(link: () => unknown): Links {
  try {
    const answer = link()
    return isThenable(answer) ? [answer] : []
  } catch (error) {
    return [Promise.reject(error)]
  }
}

function twice({ uid }: Component['record'], fileName: string, why: string): TaskValidationError {
  return new TaskValidationError(`Task '${uid}': there is one '${fileName}' in its folder, and ${why}. Give them other names`, {
    uid,
  })
}

function outputsOf({ metadata }: Component['record']): readonly string[] {
  return metadata?.outputFiles ?? []
}
