import type { WorkerInfo } from '../core/cluster.js'
import { isRecord } from '../core/record.js'

/** What a worker of ours has and no other: tasks in JavaScript ask for one. */
export const RESOURCE = 'JS'

/** The JavaScript workers in what a scheduler says of itself, by their addresses. */
export function readWorkers(identity: unknown): readonly WorkerInfo[] {
  const workers = isRecord(identity) && isRecord(identity.workers) ? Object.entries(identity.workers) : []
  return workers.flatMap(([id, worker]) => (isRecord(worker) && hasJavaScript(worker) ? [infoOf(id, worker)] : []))
}

function hasJavaScript({ resources }: Record<string, unknown>): boolean {
  return isRecord(resources) && Number(resources[RESOURCE]) > 0
}

function infoOf(id: string, { nthreads, metrics }: Record<string, unknown>): WorkerInfo {
  const counts = isRecord(metrics) && isRecord(metrics.task_counts) ? metrics.task_counts : {}
  return {
    id,
    nthreads: Number(nthreads) || 0,
    processing: Number(counts.executing) || 0,
    values: Number(counts.memory) || 0,
    bytes: (isRecord(metrics) && Number(metrics.managed_bytes)) || 0,
  }
}
