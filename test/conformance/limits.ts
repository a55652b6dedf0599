/** What a case may need beyond the contract that every runtime keeps. */
export type Capability =
  /** Tasks run beside the caller. */
  | 'threads'
  /** A task can end its worker: `process.exit`. */
  | 'exit'
  /** An error that nobody catches ends its worker, which tells of it. */
  | 'uncaughtErrors'
  /** `SharedArrayBuffer`. */
  | 'sharedMemory'
  /** A loop that never yields can be stopped. */
  | 'preemptive'
  /** Inline functions are shipped as source: they see `withScope`, `getTaskContext` and `transfer` by name. */
  | 'source'
  /** A task finds its context after an `await`, too. */
  | 'asyncContext'
  /** What is called after an `await` is known to be of its block or scope. */
  | 'callScopes'
  /** `moduleFunction` of a file. */
  | 'modules'
  /** Functions by name, from the user's own worker. */
  | 'ownWorker'
  /** That worker is a file that is loaded on its own. */
  | 'workerFile'
  /** A worker whose script does not compile says why. */
  | 'scriptErrors'
  /** What is nested too deep for a stack cannot be sent, or read; a message that cannot be read spoils no later one. */
  | 'deepValues'
  /** An object that is there twice is one object in a structured clone, whatever it is. */
  | 'sameObjects'
  /** There is a `MessageChannel`, and its ports can be moved. */
  | 'messagePorts'
  /** A worker that holds more than `memoryLimit` is replaced. */
  | 'memoryLimit'
  /** What a task prints is heard. */
  | 'ownConsole'
  /** A structured clone of a `File` is a `File`. */
  | 'files'
  /** A structured clone of a `Blob` is a `Blob`. */
  | 'blobs'
  /** WebAssembly is compiled of bytes. */
  | 'webAssembly'
  /** There are child processes. */
  | 'processes'
  /** Files of tasks have paths. */
  | 'filePaths'

/** What a runtime cannot do, and why; the cases that need it are skipped there, and say so. */
export type Limits = Readonly<Partial<Record<Capability, string>>>

const NODE_22_FILES: Limits = {
  files: 'Node before 24 clones a File to a Blob without its name: https://github.com/nodejs/node/issues/47612',
}

/** Those of the Node that runs, by its version: `process.version`. */
export function nodeLimits(version: string): Limits {
  return Number(/^v(\d+)/.exec(version)?.[1]) < 24 ? NODE_22_FILES : {}
}

export const DENO: Limits = {
  memoryLimit: 'it does not heed resourceLimits (seen in Deno 2.9.6; no report is known)',
  preemptive:
    'a hot loop goes on after terminate(): its task is reported and replaced, its thread burns until the process ends: https://github.com/denoland/deno/pull/35657',
  deepValues:
    'after a message that cannot be read, nothing more arrives from that worker, which is then replaced (seen in Deno 2.9.6; no report is known)',
}

export const BUN: Limits = {
  memoryLimit: 'it does not heed resourceLimits: https://bun.com/docs/runtime/nodejs-compat#node-worker-threads',
  deepValues: 'its stack is deeper: what is too deep for others arrives (seen in Bun 1.4.5)',
}

const IN_MEMORY: Limits = {
  filePaths:
    'files of tasks are in memory, and have names alone: what a page has of a file system is no place for paths: https://developer.mozilla.org/en-US/docs/Web/API/File_System_API/Origin_private_file_system',
}

const NO_CALL_SCOPES: Limits = {
  callScopes:
    'there is no async context, so that scopes reach to the first await: https://github.com/tc39/proposal-async-context',
}

const WEB: Limits = {
  ...NO_CALL_SCOPES,
  processes: 'a page has no child processes; in Deno and Bun, daskflow/runtime-node has them',
  ...IN_MEMORY,
  memoryLimit:
    'a worker can neither be limited nor asked what it holds: https://developer.mozilla.org/en-US/docs/Web/API/Performance/measureUserAgentSpecificMemory is for pages that are isolated, and slow',
  asyncContext:
    'the web has no async context yet, so that getTaskContext() works before the first await: https://github.com/tc39/proposal-async-context',
}

export const CHROMIUM: Limits = {
  ...WEB,
  exit: 'a worker has no process to end; it has self.close(): https://developer.mozilla.org/en-US/docs/Web/API/DedicatedWorkerGlobalScope/close',
  uncaughtErrors:
    'of an error that nobody catches comes its text, of a rejection that nobody handles nothing: https://html.spec.whatwg.org/multipage/workers.html#runtime-script-errors-2',
  scriptErrors:
    'a module script that does not compile is an event that says nothing: https://bugs.webkit.org/show_bug.cgi?id=260900',
}

export const FIREFOX: Limits = {
  ...CHROMIUM,
  deepValues: 'its stack is deeper: what is too deep for others arrives (seen in Firefox ESR 153)',
}

export const WEBKIT: Limits = {
  ...CHROMIUM,
  deepValues: 'what is too deep for others arrives (seen in WebKitGTK 2.50)',
  sharedMemory: 'there is no SharedArrayBuffer (seen in WebKitGTK 2.50; no report is known)',
  sameObjects: 'a clone has a Date that is there twice as two of them (seen in WebKitGTK 2.50; no report is known)',
}

/** Those of the browser that runs, by what it says that it is: `navigator.userAgent`. */
export function browserLimits(userAgent: string): Limits {
  if (/\bFirefox\//.test(userAgent)) return FIREFOX
  return /\bVersion\/.*\bSafari\//.test(userAgent) ? WEBKIT : CHROMIUM
}

/** The Web Workers of Deno and Bun, which have `worker_threads` too and are better off with those. */
export const DENO_WEB: Limits = {
  ...WEB,
  ...DENO,
  uncaughtErrors:
    'of an error that nobody catches comes its text: https://html.spec.whatwg.org/multipage/workers.html#runtime-script-errors-2',
  scriptErrors:
    'a script that does not compile is an event with its text and without the error: https://html.spec.whatwg.org/multipage/workers.html#runtime-script-errors-2',
}

export const BUN_WEB: Limits = {
  ...WEB,
  ...BUN,
  uncaughtErrors:
    'of an error that nobody catches comes a text that holds its source: https://github.com/oven-sh/bun/issues/23473',
  scriptErrors: 'a script that does not compile is an event without the error: https://github.com/oven-sh/bun/issues/23473',
}

/** Workers that are no threads: they share the realm, and its one event loop, with whoever submits. */
export const SAME_THREAD: Limits = {
  threads: 'tasks run on the thread of the caller: while one computes, nothing else runs',
  exit: 'tasks run in the process of the caller: one that ends it ends all',
  uncaughtErrors: 'tasks run in the realm of the caller: what nobody catches is for the caller to hear',
  preemptive: 'tasks run on the thread of the caller: while a loop does not yield, nobody can stop it',
  asyncContext:
    'no async context without a platform that has one, so that getTaskContext() works before the first await: https://github.com/tc39/proposal-async-context',
  workerFile: 'there is no worker to load a file into',
  memoryLimit: 'tasks run in the heap of the caller, who holds things, too',
  ownConsole: 'tasks print on the console of the caller, which is not touched',
}

/** Some edge runtimes, and older versions of others. */
export const NO_MESSAGE_CHANNEL: Limits = { messagePorts: 'there is no MessageChannel, as on some edge runtimes' }

/** Edge runtimes, and adapters that bring nothing but workers. */
export const NO_PROCESSES: Limits = { processes: 'there are no child processes' }

/** Functions that are called as they are, in the realm in which they were written. */
export const BY_REFERENCE: Limits = {
  ...NO_CALL_SCOPES,
  ...IN_MEMORY,
  source: 'functions are taken by reference: they see the variables of their own file, and nothing by name',
  modules: 'functions are taken by reference: a module is imported by the caller',
}

/** Cloudflare Workers. */
export const WORKERD: Limits = {
  ...SAME_THREAD,
  ...BY_REFERENCE,
  ...NO_PROCESSES,
  messagePorts:
    'a MessagePort cannot be moved, and there is none before 2025-08-15: https://developers.cloudflare.com/workers/runtime-apis/messagechannel/',
  files: 'a File cannot be cloned: https://github.com/cloudflare/workerd/pull/1725',
  blobs: 'a Blob cannot be cloned: https://github.com/cloudflare/workerd/pull/1725',
  webAssembly: 'nothing is compiled at run time: https://developers.cloudflare.com/workers/runtime-apis/web-standards/',
}
