import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Flight } from '../../src/cluster/flight.js'
import { ScheduledTask } from '../../src/cluster/scheduled-task.js'
import { Scheduler, type SchedulerOptions } from '../../src/cluster/scheduler.js'
import type { Decision, SchedulerEvent } from '../../src/cluster/scheduler-events.js'
import type { TaskSink } from '../../src/core/cluster.js'
import { MOST_AHEAD } from '../../src/wire/claims.js'
import { Keep } from '../../src/wire/protocol.js'

// Whatever happens in whatever order: each task ends once, is in one place at a time, and no worker is asked for more than
// it has; a task is sent to where its inputs are, and a value that nobody needs is nowhere.

const GPU = 'GPU'

interface Worker {
  ready: boolean
  saidGoodbye: boolean
  /** In the order in which they were sent. */
  held: ScheduledTask[]
  readonly started: Set<ScheduledTask>
  /** How many tasks it was through with. */
  through: number
  /** Its alarms for tasks that may take so long. */
  limited: ScheduledTask[]
  /** Aborted there, and not yet overdue. */
  aborted: ScheduledTask[]
  /** To be taken back, and not yet tried. */
  late: readonly ScheduledTask[]
  /** Asked for what it has not started, and not yet answered. */
  asked: boolean
  /** The alarm of that is still to come. */
  recallDue: boolean
  /** The tasks whose values lie here. */
  readonly values: Set<ScheduledTask>
}

/** Workers and a clock that do what a random number says, as far as a real one could. */
class World {
  readonly scheduler: Scheduler
  readonly workers = new Map<string, Worker>()
  readonly tasks: ScheduledTask[] = []
  readonly ends = new Map<ScheduledTask, string>()
  /** Values that were asked for, the oldest first. */
  #flights: Flight[] = []
  readonly #options: SchedulerOptions
  readonly #group = { meanMs: undefined as number | undefined }

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.scheduler = new Scheduler(options)
    this.tell({ type: 'opened' })
  }

  tell(...events: SchedulerEvent[]): void {
    const before = new Set(this.tasks.filter((task) => task.live))
    const decisions = this.scheduler.handle(events)
    for (const event of events) {
      // One that is run again has not ended.
      if (event.type === 'done' || event.type === 'failed' || event.type === 'kept')
        for (const task of event.tasks) if (before.has(task) && !task.live) this.#end(task, event.type)
    }
    // A value that is needed again makes a task that was done live.
    for (const [task, end] of this.ends) if (task.live && end === 'kept') this.ends.delete(task)
    for (const decision of decisions) this.#obey(decision)
    this.#check()
  }

  /** Does one thing that could happen now; `choice` says which. */
  step(choice: number): void {
    const actions = [...this.#actions()]
    actions[choice % actions.length]?.()
  }

  /**
   * From now on all goes well; but what was cancelled while it ran goes on for ever, keeps its worker from answering and
   * everything else there from ending. Only the alarms still come.
   */
  settle(): void {
    for (let round = 0; round < 1_000 && this.tasks.some((task) => task.live); round++) {
      for (const [id, worker] of [...this.workers]) {
        if (!this.workers.has(id)) continue
        for (const flight of this.#flights.filter(({ from }) => from.id === id)) this.#land(flight)
        const blocked = [...worker.started].some((task) => !task.live)
        if (worker.saidGoodbye) this.lose(id, 'exited')
        else if (!worker.ready) this.#ready(id, worker)
        else if (worker.aborted.length > 0) this.#overdue(id, worker)
        else if (!blocked && worker.asked) this.#answer(id, worker)
        else if (worker.recallDue) this.#recallDue(id, worker)
        else if (blocked) continue
        else if (worker.held.length > 0) this.#through(worker, worker.held[0] as ScheduledTask, 'done')
      }
    }
  }

  *#actions(): Iterable<() => void> {
    yield () => this.#submit(1, {})
    yield () => this.#submit(5, {})
    yield () => this.#submit(1, { transfer: [] })
    yield () => this.#submit(1, { dependencies: this.tasks.slice(-3) })
    yield () => this.#submit(2, { resources: { GPU: 0.5 } })
    yield () => this.#submit(1, { resources: { GPU: 3 } })
    yield () => this.#submit(2, { retries: 1 })
    yield () => this.#submit(2, { timeout: 5 })
    yield () => this.#submit(1, { workers: [[...this.workers.keys()].at(-1) ?? 'nobody', 'nobody'] })
    yield () => this.#submit(1, { workers: ['nobody'], allowOtherWorkers: true })
    yield () => this.#submit(2, { keep: 'shared' })
    yield () => this.#submit(1, { keep: 'shared', inputs: this.#someInputs(2) })
    yield () => this.#submit(2, { inputs: this.#someInputs(3) })
    yield () => this.#submit(1, { keep: 'actor' })
    yield () => this.#scatter()
    for (const task of this.#kept().slice(-2)) {
      yield () => this.tell({ type: 'wanted', task })
      yield () => this.tell({ type: 'released', tasks: [task] })
    }
    for (const flight of new Map(this.#flights.map((flight) => [flight.from, flight])).values()) {
      const first = this.#flights.find(({ from }) => from === flight.from) as Flight
      yield () => this.#land(first)
      yield () => {
        this.#flights = this.#flights.filter((other) => other !== first)
        this.tell({ type: 'grounded', flight: first, error: new Error('it cannot be sent') })
      }
    }
    yield () => this.tell({ type: 'scaled', workers: this.#options.maxWorkers })
    yield () => this.tell({ type: 'scaled', workers: 1 })
    yield () => this.tell({ type: 'idle', workers: [...this.workers.keys()] })
    yield () => this.tell({ type: 'measured', group: this.#group, calls: 10, ms: 1 })
    for (const task of this.tasks.filter(({ live }) => live).slice(0, 3))
      yield () => this.tell({ type: 'canceled', tasks: [task] })
    for (const [id, worker] of this.workers) {
      if (worker.saidGoodbye || !worker.ready) yield () => this.lose(id, 'exited')
      if (worker.saidGoodbye) continue
      if (!worker.ready) {
        yield () => this.#ready(id, worker)
        yield () => this.lose(id, 'timeout')
        continue
      }
      yield () => this.lose(id, 'error')
      yield () => {
        worker.saidGoodbye = true
        this.tell({ type: 'goodbye', worker: id })
      }
      yield () => this.tell({ type: 'silent', worker: id })
      yield () => this.tell({ type: 'tick', worker: id })
      yield () => this.tell({ type: 'doubted', worker: id })
      const next = worker.held.find((task) => !worker.started.has(task))
      if (next !== undefined && worker.started.size < this.#options.slots) {
        yield () => {
          worker.started.add(next)
          this.tell({ type: 'started', tasks: [next] })
        }
      }
      for (const task of worker.held.slice(0, this.#options.slots)) {
        yield () => this.#through(worker, task, 'done')
        yield () => this.#through(worker, task, 'failed')
      }
      if (worker.aborted.length > 0) {
        yield () => this.#overdue(id, worker)
        yield () => this.#giveBack(worker, (task) => !task.live && !worker.started.has(task))
      }
      if (worker.late.length > 0) {
        yield () => {
          const { late } = worker
          worker.late = []
          this.#giveBack(worker, (task) => late.includes(task) && !worker.started.has(task))
        }
      }
      for (const task of worker.limited.slice(0, 2)) yield () => this.#timeOut(worker, task)
      if (worker.asked) yield () => this.#answer(id, worker)
      if (worker.recallDue) yield () => this.#recallDue(id, worker)
    }
  }

  /** Those whose owner may still ask for them. */
  #kept(): ScheduledTask[] {
    return this.tasks.filter(({ result }) => result?.held)
  }

  #someInputs(n: number): { task: ScheduledTask; path: readonly number[] }[] {
    return this.#kept()
      .slice(-n)
      .map((task, i) => ({ task, path: [i] }))
  }

  #scatter(): void {
    const id = this.tasks.length
    const [name, worker] = [...this.workers].find(([id]) => this.scheduler.worker(id)?.isOpen) ?? []
    if (name === undefined) return
    const task = ScheduledTask.ofValue(id, { uid: `${id}`, name: '', value: 0, broadcast: false, owner: 0 }, {} as TaskSink)
    this.tasks.push(task)
    this.ends.set(task, 'scattered')
    worker?.values.add(task)
    this.scheduler.handle([])
    this.tell({ type: 'scattered', task, made: 5_000, workers: [name] })
  }

  /** A value comes from where it was asked for, if that is still there. */
  #land(flight: Flight): void {
    this.#flights = this.#flights.filter((other) => other !== flight)
    const { value, from, to } = flight
    if (this.workers.get(from.id) === undefined) return
    if (to !== undefined) this.workers.get(to.id)?.values.add(value)
    this.tell({ type: 'landed', flight })
  }

  #timeOut(worker: Worker, task: ScheduledTask): void {
    worker.limited = worker.limited.filter((other) => other !== task)
    // The alarm knows whether it is still the same run of it.
    if (worker.held.includes(task)) this.tell({ type: 'timedOut', tasks: [task] })
  }

  #overdue(id: string, worker: Worker): void {
    const tasks = worker.aborted
    worker.aborted = []
    this.tell({ type: 'overdue', worker: id, tasks })
  }

  #answer(id: string, worker: Worker): void {
    worker.asked = false
    this.#giveBack(worker, (task) => !worker.started.has(task))
    this.tell({ type: 'recalled', worker: id })
  }

  // The alarm comes once; a further recall sets a further one.
  #recallDue(id: string, worker: Worker): void {
    worker.recallDue = false
    this.tell({ type: 'recallDue', worker: id })
  }

  #submit(n: number, more: object): void {
    const made = Array.from({ length: n }, () => {
      const id = this.tasks.length
      const spec = { uid: `${id}`, name: '', function: '', args: [], priority: id % 3, owner: undefined, ...more }
      const task = new ScheduledTask(id, spec, {} as TaskSink, this.#group)
      this.tasks.push(task)
      return task
    })
    this.tell({ type: 'submitted', tasks: made })
  }

  #ready(id: string, worker: Worker): void {
    worker.ready = true
    this.tell({ type: 'workerReady', worker: id })
  }

  lose(id: string, reason: 'exited' | 'error' | 'timeout'): void {
    this.workers.delete(id)
    this.tell({ type: 'workerLost', worker: id, exit: { reason } })
  }

  #through(worker: Worker, task: ScheduledTask, type: 'done' | 'failed'): void {
    this.#leave(worker, task)
    worker.through++
    if (type === 'failed' || task.keep === Keep.No) {
      this.tell({ type, tasks: [task] })
      return
    }
    const made = task.id % 3 === 0 && task.keep === Keep.Shared ? { value: task.id } : 2_000
    if (made === 2_000) worker.values.add(task)
    this.tell({ type: 'kept', tasks: [task], made: [made] })
  }

  #giveBack(worker: Worker, chosen: (task: ScheduledTask) => boolean): void {
    const tasks = worker.held.filter(chosen)
    for (const task of tasks) this.#leave(worker, task)
    this.tell({ type: 'returned', tasks })
  }

  #leave(worker: Worker, task: ScheduledTask): void {
    worker.held = worker.held.filter((other) => other !== task)
    worker.started.delete(task)
  }

  #obey(decision: Decision): void {
    switch (decision.type) {
      case 'spawn':
        this.workers.set(decision.worker, {
          ready: false,
          saidGoodbye: false,
          held: [],
          started: new Set(),
          aborted: [],
          late: [],
          asked: false,
          recallDue: false,
          limited: [],
          through: 0,
          values: new Set(),
        })
        break
      case 'assign': {
        const worker = this.workers.get(decision.worker)
        expect(worker).toMatchObject({ ready: true, saidGoodbye: false })
        for (const task of decision.tasks) {
          expect(task.live).toBe(true)
          expect(this.#holder(task)).toBeUndefined()
          for (const { task: input } of task.inputs ?? []) {
            const isThere = input.result?.here !== undefined || worker?.values.has(input)
            expect(isThere, `input ${input.uid} of ${task.uid} is there`).toBe(true)
          }
          worker?.held.push(task)
        }
        break
      }
      case 'abort':
        this.workers.get(decision.worker)?.aborted.push(...decision.tasks)
        break
      case 'takeBack': {
        const worker = this.workers.get(decision.worker)
        expect(decision.tasks.filter(({ live, transfer }) => !live || transfer !== undefined)).toEqual([])
        if (worker !== undefined) worker.late = decision.tasks
        break
      }
      case 'recall': {
        const worker = this.workers.get(decision.worker)
        if (worker !== undefined) worker.asked = worker.recallDue = true
        break
      }
      case 'terminate':
        this.workers.delete(decision.worker)
        break
      case 'move':
        // It is asked for now: what becomes of it there later does not matter.
        expect(this.workers.get(decision.flight.from.id)?.values.has(decision.flight.value), 'a value to send').toBe(true)
        this.#flights.push(decision.flight)
        break
      case 'release':
        for (const id of decision.ids) {
          const task = this.tasks[id] as ScheduledTask
          expect(this.workers.get(decision.worker)?.values.delete(task), `value ${id} to release`).toBe(true)
        }
        break
      case 'valueLost':
        expect(['kept', 'scattered']).toContain(this.ends.get(decision.task))
        this.ends.set(decision.task, 'valueLost')
        break
      case 'inputFailed':
      case 'apart':
        this.#end(decision.task, decision.type)
        break
      case 'canceled':
      case 'stranded':
        for (const task of decision.tasks) this.#end(task, decision.type)
        break
      case 'timedOut':
        for (const task of decision.tasks) this.#end(task, decision.type)
        break
      case 'limit':
        this.workers.get(decision.worker)?.limited.push(decision.task)
        break
      case 'impossible':
      case 'forsaken':
      case 'dependencyFailed':
      case 'killed':
      case 'lost':
        this.#end(decision.task, decision.type)
        break
    }
  }

  #end(task: ScheduledTask, how: string): void {
    expect(this.ends.get(task), `task ${task.uid} ends ${how}`).toBeUndefined()
    this.ends.set(task, how)
  }

  #holder(task: ScheduledTask): Worker | undefined {
    return [...this.workers.values()].find((worker) => worker.held.includes(task))
  }

  #check(): void {
    const { maxWorkers } = this.#options
    const replaced = [...this.workers.values()].filter(({ values }) => ![...values].some(isActor))
    expect(replaced.length).toBeLessThanOrEqual(2 * maxWorkers)
    for (const task of this.tasks) {
      expect(task.live, `task ${task.uid} is live until its end`).toBe(!this.ends.has(task))
      expect(task.attempt).toBeGreaterThanOrEqual(task.phase === 'assigned' || task.phase === 'running' ? 1 : 0)
    }
    // Both sides hold the same, and nobody holds more than it has.
    const { maxTasks = Number.POSITIVE_INFINITY, resources } = this.#options
    for (const [id, { held, through, values }] of this.workers) {
      // A worker stays for the sake of an actor, and takes more tasks meanwhile.
      const most = this.tasks.some(isActor) ? MOST_AHEAD : Math.min(MOST_AHEAD, maxTasks - through)
      expect(held.length).toBeLessThanOrEqual(most)
      const taken = held.reduce((sum, { resources }) => sum + (resources?.[GPU] ?? 0), 0)
      expect(taken).toBeLessThanOrEqual(resources?.[GPU] ?? 0)
      const assigned = [...(this.scheduler.worker(id)?.assigned.values() ?? [])]
      expect(assigned.map((task) => task.uid).sort()).toEqual(held.map((task) => task.uid).sort())
      const known = [...(this.scheduler.worker(id)?.values ?? [])].map((task) => task.uid).sort()
      expect(known).toEqual([...values].map((task) => task.uid).sort())
      // What is on its way arrives where nobody may need it any more.
      const needed = [...values].filter(({ result }) => !result?.isNeeded)
      expect(needed.map(({ uid }) => uid)).toEqual([])
    }
    // Whatever is ready waits for a worker that there is, or that comes.
    if (this.tasks.some(({ phase }) => phase === 'ready')) expect(this.workers.size).toBeGreaterThan(0)
  }
}

const isActor = ({ result }: ScheduledTask) => result?.isActor === true

test('in any order of events, each task ends once and is in one place at a time', () => {
  fc.assert(
    fc.property(
      fc.record({
        maxWorkers: fc.integer({ min: 1, max: 3 }),
        slots: fc.integer({ min: 1, max: 3 }),
        allowedFailures: fc.integer({ min: 0, max: 2 }),
        maxTasks: fc.constantFrom(1, 3, 1_000),
        resources: fc.constantFrom({}, { GPU: 1 }),
      }),
      fc.array(fc.nat(), { maxLength: 120 }),
      (options, choices) => {
        const world = new World({ name: 'w', minWorkers: 1, ...options })
        for (const choice of choices) world.step(choice)
        world.settle()
        world.tell({ type: 'released', tasks: world.tasks.filter(({ result }) => result !== undefined) })
        world.settle()
        expect(world.tasks.filter((task) => task.live).map((task) => `${task.uid} ${task.phase}`)).toEqual([])
        // What was cancelled may still be held.
        for (const [id, worker] of [...world.workers]) if (worker.held.length > 0) world.lose(id, 'exited')
        expect(world.scheduler.busy).toBe(false)
      },
    ),
    { numRuns: 1_000 },
  )
})
