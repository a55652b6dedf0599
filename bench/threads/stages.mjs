import { LineProgram } from '../line-program.mjs'
import { SAMPLE_MS, START_MS } from '../within.mjs'

/** Stages in processes, each one of `command`, in the folder of a consumer. */
export function threadStages(runtime, command, folder) {
  const programs = []
  return {
    async setStage(workload, contender, sizes) {
      const words = [...command, workload, contender, runtime, JSON.stringify(sizes)]
      const program = new LineProgram(`${runtime} ${workload}, ${contender}`, words, { cwd: folder })
      programs.push(program)
      const { note, version } = await program.ready(START_MS)
      return { note, version, takeSample: (at) => program.ask(at, SAMPLE_MS) }
    },
    close: () => Promise.all(programs.map((program) => program.end())),
  }
}
