const inc = async (n) => n + 1
const sum = async (numbers) => numbers.reduce((total, n) => total + n, 0)

/** Ours as its user has it: a workflow engine, over a backend of its own. */
export async function startEngine({ daskflow, workers }) {
  const backend = await daskflow.DaskExecutionBackend.create({ nWorkers: workers })
  return new EnginePool(await daskflow.WorkflowEngine.create({ backend }))
}

class EnginePool {
  note = ''
  #inc
  #sum

  constructor(flow) {
    this.#inc = flow.functionTask(inc)
    this.#sum = flow.functionTask(sum)
  }

  /** One task behind the other. */
  chain(hops) {
    let last = this.#inc(0)
    for (let i = 1; i < hops; i++) last = this.#inc(last)
    return last.result()
  }

  /** One task, of which all but one are made, of which one is made. */
  diamond(tasks) {
    const first = this.#inc(0)
    return this.#sum(Array.from({ length: tasks - 2 }, () => this.#inc(first))).result()
  }

  /** So many tasks that need nothing of each other. */
  async flat(tasks) {
    const values = await Promise.all(Array.from({ length: tasks }, () => this.#inc(0)))
    return values.length
  }
}
