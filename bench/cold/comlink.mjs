import { startComlink } from '../contenders/comlink.mjs'
import { startWorker } from '../threads/start-worker.mjs'

export const start = ({ started }) => startComlink({ startWorker, workers: started })
