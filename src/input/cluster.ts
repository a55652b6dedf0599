import type { DataCluster } from '../core/cluster.js'
import { hasMethods } from './check-keys.js'

const CLUSTER = ['start', 'submitBatch', 'cancel', 'onWorker', 'onLog', 'close'] as const

/** What is missing of a `Cluster`. */
export const isCluster = hasMethods(...CLUSTER)

const whyNoDataCluster = hasMethods(...CLUSTER, 'fetch', 'call', 'release', 'scatter', 'workers', 'whoHas')

export function isDataCluster(value: unknown): value is DataCluster {
  return whyNoDataCluster(value) === undefined
}
