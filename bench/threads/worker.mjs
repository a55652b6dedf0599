import { parentPort, workerData } from 'node:worker_threads'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import { serve } from '../services.mjs'

serve(workerData, nodeEndpoint(parentPort))
