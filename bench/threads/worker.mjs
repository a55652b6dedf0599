import { parentPort, workerData } from 'node:worker_threads'
import { serve } from '../services.mjs'
import { endpointOf } from './endpoint.mjs'

serve(workerData, endpointOf(parentPort, workerData))
