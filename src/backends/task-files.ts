import type { ExplicitDataDep } from '../core/backend.js'
import { TaskValidationError } from '../core/errors.js'
import { checkFileName } from '../core/file-names.js'
import type { FileStore, FilesInFolder, OpenFiles } from '../core/files.js'
import { notSupported } from '../core/not-supported.js'
import { StoredFiles } from '../core/stored-files.js'
import type { TaskMetadata, TaskRecord } from '../core/task.js'

/** Where files of tasks go: that of a backend, or of the engine that uses it. */
export interface FileSession {
  readonly path: string
  files?(): Promise<FileStore>
}

/** What was staged: from where, and where it is now. */
export interface StagedFile {
  /** The path that it came from. */
  readonly source: string
  /** The path that it was placed at. */
  readonly target: string
}

/** What was staged for tasks: the names of their inputs, and from where each came. As long as somebody has the record. */
const stagedFor = new WeakMap<TaskRecord, Map<string, string>>()

/**
 * Puts a file into the folder of the task that needs it: one that another task made, or one from a path. Answers `undefined`
 * when no file was asked for.
 *
 * @throws {TaskValidationError} for a name that leads out of the folder, and for a source that is not there
 * @throws {ClusterError} `ERR_NOT_SUPPORTED` where no files are kept, and for an address
 */
export async function stageFile(dep: ExplicitDataDep, session: FileSession, workDir: string): Promise<StagedFile | undefined> {
  const { srcTask, dstTask, filePath } = dep
  const name = dep.fileName ?? (filePath === undefined ? undefined : baseName(filePath))
  if (name === undefined) return undefined
  if (dstTask === undefined) throw new TaskValidationError(`linkExplicitDataDeps(…): '${name}' is for no task: give dstTask`)
  const { uid } = dstTask
  checkFileName(name, uid)
  const store = await storeOf(session)
  const target = store.join(folderOf(session, store, uid), name)
  const source = sourceOf({ srcTask, filePath, name, uid }, session, store, workDir)
  if (source !== target) {
    if (!(await store.exists(source))) throw missingSource(uid, name, source, filePath === undefined ? srcTask : undefined)
    await store.createFolder(folderOf(session, store, uid))
    await store.place(source, target)
  }
  const staged = stagedFor.get(dstTask)
  if (staged === undefined) stagedFor.set(dstTask, new Map([[name, source]]))
  else staged.set(name, source)
  return { source, target }
}

/** Whether a task takes or makes files: it was declared so, or something was staged for it. */
export function hasFiles(record: TaskRecord): boolean {
  // Of an engine, or anything else.
  const metadata = record.metadata as Partial<TaskMetadata> | null | undefined
  return Boolean(metadata?.inputFiles?.length || metadata?.outputFiles?.length) || stagedFor.has(record)
}

/** What is to be run with the files of a task, and where they are. Its folder is made. @throws {TaskValidationError} */
export async function findFiles(
  session: FileSession,
  record: TaskRecord,
): Promise<{ readonly store: FileStore; readonly files: FilesInFolder }> {
  const { uid, metadata } = record
  const outputs = namesOf(metadata?.outputFiles, 'outputFiles', uid)
  for (const name of outputs) checkFileName(name, uid)
  const store = await storeOf(session)
  const folder = folderOf(session, store, uid)
  await store.createFolder(folder)
  const inputs = new Map(stagedFor.get(record))
  // Somebody else may have put it there: a subclass, or whoever has a copy of the record.
  for (const name of namesOf(metadata?.inputFiles, 'inputFiles', uid).map(baseName)) {
    checkFileName(name, uid)
    const path = store.join(folder, name)
    if (!inputs.has(name) && (await store.exists(path))) inputs.set(name, path)
  }
  return { store, files: { folder, inputs: [...inputs].flat(), outputs } }
}

/**
 * The files of a task that a backend runs here; `undefined` when it has none.
 *
 * `files` is what its context is to have, or what an executable runs in (`files.folder`); `files.finish()` is to be awaited
 * when it is done, before that is reported.
 */
export async function openTaskFiles(session: FileSession, record: TaskRecord, attempt = 1): Promise<OpenFiles | undefined> {
  if (!hasFiles(record)) return undefined
  const { store, files } = await findFiles(session, record)
  return StoredFiles.open(record.uid, store, files, attempt)
}

/** The folder of a task. */
function folderOf({ path }: FileSession, store: FileStore, uid: string): string {
  checkFileName(uid, uid)
  return store.join(store.resolve('', path), uid)
}

function sourceOf(
  asked: Pick<ExplicitDataDep, 'srcTask' | 'filePath'> & { readonly name: string; readonly uid: string },
  session: FileSession,
  store: FileStore,
  workDir: string,
): string {
  const { srcTask, filePath, name, uid } = asked
  if (filePath === undefined) {
    if (srcTask !== undefined) return store.join(folderOf(session, store, srcTask.uid), name)
    throw new TaskValidationError(`Task '${uid}': nobody says where '${name}' comes from: give srcTask or filePath`, { uid })
  }
  const [, scheme] = /^(file|data|blob|[a-z][a-z\d+.-]+(?=:\/\/)):/i.exec(filePath) ?? []
  if (scheme === undefined || (store.onDisk && scheme.toLowerCase() === 'file')) return store.resolve(workDir, filePath)
  throw notSupported(`An input from '${scheme}:' (${filePath})`)
}

function storeOf(session: FileSession): Promise<FileStore> {
  const store = session.files?.()
  return store ?? Promise.reject(notSupported('A file of a task, by a backend that has no place for files and no engine,'))
}

function missingSource(uid: string, name: string, source: string, srcTask: TaskRecord | undefined): TaskValidationError {
  const what =
    srcTask === undefined
      ? `there is no file at '${source}'`
      : `task '${srcTask.uid}' did not make the file '${name}' (${source})`
  return new TaskValidationError(`Task '${uid}': its input is missing: ${what}`, { uid })
}

function namesOf(names: unknown, what: string, uid: string): readonly string[] {
  if (names === undefined || names === null) return []
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names
  throw new TaskValidationError(`Task '${uid}': metadata.${what} must be an array of names`, { uid, path: `metadata.${what}` })
}

/** The last part of a path. */
function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}
