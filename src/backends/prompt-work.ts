import { ClusterError, ValueError } from '../core/errors.js'
import type { TaskRecord } from '../core/task.js'
import { kindOf } from '../input/task-function.js'
import { callAsTask } from './current-task.js'
import type { Work, Workshop } from './work.js'

/** Asks what the backend was given for prompts. @throws what is to be the record's `exception` */
export function promptWork(record: TaskRecord, { prompt, runtime }: Workshop): Work {
  const { uid, prompt: text } = record
  if (prompt === undefined) {
    const message =
      'LocalExecutionBackend does not support prompt_task. Give it the option `prompt`, an async function that asks your ' +
      "model, or register a backend that has one and route the task to it: flow.promptTask({ backend: '<name>' }, …)."
    throw new ClusterError(message, { uid, code: 'ERR_NOT_SUPPORTED' })
  }
  if (typeof text !== 'string') throw new ValueError(`Task '${uid}': prompt must be a string, got ${kindOf(text)}`, { uid })
  return {
    stops: false,
    async run(context) {
      const answer: unknown = await callAsTask(runtime, context, prompt, text, record)
      if (typeof answer !== 'string') {
        throw new ValueError(`Task '${uid}': the backend's prompt must answer a string, got ${kindOf(answer)}`, { uid })
      }
      return { returnValue: answer, stdout: answer }
    },
  }
}
