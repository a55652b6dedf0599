// All of it at once: functions on all cores, a command, a model, a block of these, files, retries, telemetry. Each of three
// sensors is read into a file, which `sort` puts in order and a worker describes; a model is told of all three.
//
//   npm run start:workflows -- 05
//   deno run -A examples/workflows/05-mixed.ts
//   bun examples/workflows/05-mixed.ts
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ConcurrentExecutionBackend,
  DaskExecutionBackend,
  InputFile,
  OutputFile,
  type TaskContext,
  WorkflowEngine,
} from 'daskflow'

const SENSORS = [1, 2, 3]

// Each task that has files gets a folder of its own in there.
const workDir = await mkdtemp(join(tmpdir(), 'mixed-workflow-'))
const flow = await WorkflowEngine.create({
  workDir,
  backend: [
    // The first is the default: functions, in workers.
    new DaskExecutionBackend({ name: 'compute' }),
    // Commands, as child processes.
    new ConcurrentExecutionBackend({ name: 'local' }),
    // Prompts. Ask your model here; this one can only count.
    new ConcurrentExecutionBackend({ name: 'ai', prompt: async (text) => `I was told of ${text.split('\n').length} sensors.` }),
  ],
})
const telemetry = await flow.startTelemetry()

// A name is for errors and telemetry. The task goes before others that wait; it fails the first time, as sensors do, and is run
// again. `this` is what it knows of itself.
const read = flow.functionTask(
  { name: 'read', taskDescription: { priority: 1, retries: 2 } },
  async function (this: TaskContext, sensor: number, { filename }: OutputFile) {
    if (this.attempt === 1) throw new Error(`Sensor ${sensor} does not answer`)
    const readings = Array.from({ length: 999 }, (_, i) => (sensor * 7_919 + i * 104_729) % 10_007)
    await this.files.write(filename, readings.join('\n'))
  },
)

// Takes what it waits for, and a file that this made; what `sort` prints is its result.
const sort = flow.executableTask({ name: 'sort', backend: 'local' }, async (_: unknown, file: InputFile) => `sort -n ${file}`)

const describe = flow.functionTask({ name: 'describe' }, async (sensor: number, sorted: string) => {
  const readings = sorted.trim().split('\n').map(Number)
  const isPrime = (n: number) => {
    for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
    return n > 1
  }
  const median = readings[(readings.length - 1) / 2]
  return `Sensor ${sensor}: median ${median}, ${readings.filter(isPrime).length} primes`
})

const analyze = flow.block({ name: 'analyze' }, async (sensor: number) => {
  const file = `sensor-${sensor}.txt`
  const written = read(sensor, new OutputFile(file))
  return describe(sensor, sort(written, new InputFile(file)))
})

const report = flow.promptTask({ name: 'report', backend: 'ai' }, async (lines: readonly string[]) => lines.join('\n'))

try {
  const descriptions = SENSORS.map((sensor) => analyze(sensor))
  const answer = report(descriptions)
  for (const description of descriptions) console.log(await description)
  console.log(`The model: ${await answer}`)
  const { events } = telemetry.summary()
  console.log(`${events.TaskCompleted} of ${events.TaskCreated} tasks and blocks completed`)
} finally {
  await flow.shutdown()
  await rm(workDir, { recursive: true })
}
