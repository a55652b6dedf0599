import { hasMethods } from './check-keys.js'

export const isCluster = hasMethods('start', 'submitBatch', 'cancel', 'onWorker', 'onLog', 'close')

export const isDataCluster = hasMethods('submitBatch', 'fetch', 'release', 'scatter', 'workers', 'whoHas')
