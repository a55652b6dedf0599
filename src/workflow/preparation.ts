import { ValueError } from '../core/errors.js'
import type { TaskRecord } from '../core/task.js'
import { BlockScope } from './block.js'
import { toCommand } from './command-line.js'
import { Component } from './component.js'
import type { Dependency } from './dependency.js'
import { linkFiles, linkValues } from './links.js'
import type { Scopes } from './scope.js'
import type { TelemetryHook } from './telemetry.js'

export interface PreparationOptions {
  readonly scopes: Scopes
  /** Whether backends are told that a task needs another. */
  readonly implicitData: boolean
  readonly telemetry: TelemetryHook
}

/** What hears of a block's way. */
interface Progress {
  run(component: Component): void
  settle(component: Component, state: 'DONE', value: unknown): void
}

// biome-ignore lint/suspicious/noExplicitAny: what a user defined
type Body = (...args: any[]) => PromiseLike<unknown>

/** What is done here for a task or block whose dependencies are done: until its backend can have it, or the block has run. */
export class Preparation {
  readonly #options: PreparationOptions

  constructor(options: PreparationOptions) {
    this.#options = options
  }

  /** Rejects with what it fails with. */
  async run(component: Component, progress: Progress): Promise<void> {
    const { definition, args: given } = component.input as NonNullable<Component['input']>
    const dependencies = component.vertex.dependencies.map(({ owner }) => owner)
    const args = given.fill(dependencies.map(({ value }) => value))
    if (component.kind === 'block') return this.#runBlock(component, definition.body as Body, args, progress)
    component.record.args = args
    if (component.kind !== 'function') {
      const text = await this.#textOf(component, definition.body as Body, args)
      if (component.ended) return
      describe(component.record, component.kind, text)
    }
    const links = this.#link(component, dependencies)
    if (links.length > 0) await Promise.all(links)
    if (component.ended) return
    this.#options.telemetry.queued(component)
    component.backend?.outbox.push(component)
  }

  async #runBlock(component: Component, body: Body, args: readonly unknown[], progress: Progress): Promise<void> {
    const { scopes } = this.#options
    // Whoever called it has its future first.
    await undefined
    if (component.ended) return
    progress.run(component)
    // Who hears that it runs may cancel it.
    if (component.ended) return
    const answer = scopes.run(component.scope, () => {
      const scope = scopes.inner(component.uid, component)
      return scopes.run(scope, () => body.call(new BlockScope(component, scopes, scope), ...args))
    })
    progress.settle(component, 'DONE', await answer)
  }

  async #textOf(component: Component, body: Body, args: readonly unknown[]): Promise<unknown> {
    await undefined
    return component.ended ? undefined : this.#options.scopes.run(component.scope, body, ...args)
  }

  #link(component: Component, dependencies: readonly Dependency[]): readonly PromiseLike<unknown>[] {
    if (dependencies.length === 0 && component.input?.args.inputFiles.length === 0) return NONE
    const tasks = new Set(dependencies.filter(isTask))
    if (tasks.size === 0 && component.input?.args.inputFiles.length === 0) return NONE
    const links = linkFiles(component, tasks)
    return this.#options.implicitData ? [...links, ...linkValues(component, tasks)] : links
  }
}

const NONE: readonly never[] = []

function isTask(dependency: Dependency): dependency is Component {
  return dependency instanceof Component && dependency.kind !== 'block'
}

/** Says on the record what the body answered. @throws {ValueError} when that is nothing */
function describe(record: TaskRecord, kind: 'executable' | 'prompt', text: unknown): void {
  const { name = '' } = record
  if (kind === 'executable') {
    Object.assign(record, toCommand(name, text, record.taskBackendSpecificKwargs?.shell === true))
  } else {
    if (typeof text !== 'string' || text === '')
      throw new ValueError(`Prompt task '${name}' must return a non-empty string prompt`)
    record.prompt = text
  }
}
