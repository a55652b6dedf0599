import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { localFlow } from '../flow.js'

interface State {
  readonly steps: readonly string[]
  readonly value: number
}

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daskflow-completion-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

const linesOf = (file: string) => readFileSync(file, 'utf8').trim().split('\n')

// What writes to a file needs a shell, which is asked for here.
const byShell = { taskDescription: { shell: true } }

test('test_flow_function_tasks', async () => {
  const flow = await localFlow()
  const step = (name: string, next: (value: number) => number) =>
    flow.functionTask({ name }, async ({ steps, value }: State) => ({ steps: [...steps, name], value: next(value) }))
  const tasks = [
    step('task1', () => 1),
    step('task2', (value) => value + 2),
    step('task3', (value) => value * 3),
    step('task4', (value) => value - 4),
    step('task5', (value) => value ** 2),
  ]
  const run = async () => {
    let state: State = { steps: [], value: 0 }
    for (const task of tasks) state = await task(state)
    return state
  }
  const end = { steps: ['task1', 'task2', 'task3', 'task4', 'task5'], value: 25 }
  expect(await Promise.all([run(), run(), run(), run()])).toEqual([end, end, end, end])
})

test('test_flow_executable_tasks', async () => {
  const flow = await localFlow()
  const names = ['task1', 'task2', 'task3', 'task4', 'task5']
  const tasks = names.map((name) =>
    flow.executableTask({ name, ...byShell }, async (file: string, _before: string) => `echo "${name}" >> ${file}`),
  )
  const run = async (id: number) => {
    const file = join(folder, `workflow_${id}.log`)
    let last: PromiseLike<string> | string = ''
    for (const task of tasks) last = task(file, last)
    await last
    return linesOf(file)
  }
  expect(await Promise.all([run(0), run(1), run(2), run(3)])).toEqual([names, names, names, names])
})

test('test_flow_mixed_function_and_executable_tasks', async () => {
  const flow = await localFlow()
  const f1 = flow.functionTask(async (): Promise<State> => ({ steps: ['f_task1'], value: 1 }))
  const f2 = flow.functionTask(async ({ steps, value }: State) => ({ steps: [...steps, 'f_task2'], value: value + 2 }))
  const f3 = flow.functionTask(async ({ steps, value }: State) => ({ steps: [...steps, 'f_task3'], value: value * 3 }))
  const e1 = flow.executableTask(byShell, async (file: string, { value }: State) => `echo "e_task1:${value}" >> ${file}`)
  const next = (name: string) => flow.executableTask(byShell, async (file: string, _: string) => `echo "${name}" >> ${file}`)
  const [e2, e3] = [next('e_task2'), next('e_task3')]
  const run = async (id: number) => {
    const file = join(folder, `wf_${id}.log`)
    const second = f2(f1())
    const last = e3(file, e2(file, e1(file, second)))
    const [state] = await Promise.all([f3(second), last])
    return { state, lines: linesOf(file) }
  }
  const end = {
    state: { steps: ['f_task1', 'f_task2', 'f_task3'], value: 9 },
    lines: ['e_task1:3', 'e_task2', 'e_task3'],
  }
  expect(await Promise.all([run(0), run(1)])).toEqual([end, end])
})
