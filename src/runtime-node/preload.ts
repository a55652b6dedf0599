import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { withScope } from '../core/function-ref.js'
import { messageOf } from '../core/message-of.js'
import type { TaskFunction } from '../core/task.js'
import { configurationError } from '../input/check-keys.js'
import { resolveFromProgram } from './resolve.js'

/** What each thread does before its first task: it imports these modules. @throws {TypeError} `ERR_RESOURCES` for one that is not there */
export function preloadOf(modules: readonly string[]): TaskFunction | undefined {
  if (modules.length === 0) return undefined
  const urls = modules.map(urlOf)
  const preload = async () => {
    for (const url of urls) await import(/* webpackIgnore: true */ /* @vite-ignore */ url)
  }
  return withScope(preload, { urls })
}

function urlOf(module: string): string {
  if (/^[a-z][a-z+.-]+:/i.test(module)) return module
  try {
    return resolveFromProgram(module)
  } catch (cause) {
    const file = resolve(module)
    if (existsSync(file)) return pathToFileURL(file).href
    throw configurationError(`There is no module '${module}' to preload: ${messageOf(cause)}`)
  }
}
