import {
  type BlockScope,
  InputFile,
  moduleFunction,
  OutputFile,
  type TaskContext,
  type TaskFuture,
  WorkflowEngine,
  type WorkflowScope,
} from 'daskflow'
import { expectTypeOf, test } from 'vitest'

declare const flow: WorkflowEngine
declare const number: TaskFuture<number>
declare const text: TaskFuture<string>

const double = flow.functionTask(async (n: number) => n * 2)
const stats = flow.functionTask(
  async (numbers: readonly number[], label: string, { digits = 2 }: { digits?: number } = {}) =>
    label + numbers.join().slice(digits),
)

test('a call answers a future of what the function answers', () => {
  expectTypeOf(double(1)).toEqualTypeOf<TaskFuture<number>>()
  expectTypeOf(stats([1], 'a')).toEqualTypeOf<TaskFuture<string>>()
  expectTypeOf<Awaited<TaskFuture<number>>>().toEqualTypeOf<number>()
})

test('types see through futures, wherever they stand', () => {
  double(number)
  double(double(double(1)))
  stats([number, 1, number], text, { digits: number })
  stats(flow.functionTask(async () => [1, 2])(), text)
  double(Promise.resolve(1))
  // @ts-expect-error: of another type
  double(text)
  // @ts-expect-error: of another type, deep down
  stats([text], 'a')
  // @ts-expect-error: of another type, deep down
  stats([1], 'a', { digits: text })
  // @ts-expect-error: one is missing
  double()
})

test('options come first', () => {
  const there = flow.functionTask({ backend: 'gpu', taskDescription: { priority: 1 } }, async (n: number) => String(n))
  expectTypeOf(there(number)).toEqualTypeOf<TaskFuture<string>>()
  expectTypeOf(there.with({ workflowId: 'a' })(1)).toEqualTypeOf<TaskFuture<string>>()
  // @ts-expect-error: no such option
  flow.functionTask({ backends: 'gpu' }, async () => {})
})

test('executables and prompts are text', () => {
  const sort = flow.executableTask(async (n: number) => `sort data-${n}.txt`)
  const ask = flow.promptTask({ backend: 'ai' }, async (what: string) => `What is ${what}?`)
  expectTypeOf(sort(number)).toEqualTypeOf<TaskFuture<string>>()
  expectTypeOf(ask(sort(1))).toEqualTypeOf<TaskFuture<string>>()
  // @ts-expect-error: not text
  flow.executableTask(async () => 1)
})

test('a block takes futures, and is one', () => {
  const block = flow.block(async (id: string, n: number) => ({ [id]: await double(n) }))
  expectTypeOf(block(text, number)).toEqualTypeOf<TaskFuture<{ [x: string]: number }>>()
  const scoped = flow.block(async function (n: number) {
    expectTypeOf(this).toEqualTypeOf<BlockScope>()
    expectTypeOf(this.run(double, n)).toEqualTypeOf<TaskFuture<number>>()
    return this.signal.aborted
  })
  expectTypeOf(scoped(1)).toEqualTypeOf<TaskFuture<boolean>>()
  // @ts-expect-error: of another type
  block(text, text)
})

test('a function that a backend runs knows its context', () => {
  const report = flow.functionTask(async function (n: number) {
    expectTypeOf(this).toEqualTypeOf<TaskContext>()
    this.report(n)
    return this.files.folder
  })
  expectTypeOf(report(number)).toEqualTypeOf<TaskFuture<string | undefined>>()
})

test('a named function has the type that is told', () => {
  expectTypeOf(flow.functionTask<(n: number) => string>('resize')(number)).toEqualTypeOf<TaskFuture<string>>()
  const load = flow.functionTask<(n: number) => Promise<string>>(moduleFunction('pkg', 'load'))
  expectTypeOf(load(1)).toEqualTypeOf<TaskFuture<string>>()
  expectTypeOf(flow.functionTask('resize')(1, 'a')).toEqualTypeOf<TaskFuture<unknown>>()
})

test('files stand where their type is asked for', () => {
  const filter = flow.functionTask(async (from: InputFile, to: OutputFile) => from.filename + to.filename)
  filter(new InputFile('a.txt'), new OutputFile('b.txt'))
})

test('a scope answers what its function does', () => {
  expectTypeOf(flow.workflowScope('id', async (scope: WorkflowScope) => scope.run(double, 1))).toEqualTypeOf<Promise<number>>()
  expectTypeOf(flow.workflowScope(() => 1)).toEqualTypeOf<Promise<number>>()
})

test('an engine is created by its class', () => {
  expectTypeOf(WorkflowEngine.create({ dryRun: true })).toEqualTypeOf<Promise<WorkflowEngine>>()
})
