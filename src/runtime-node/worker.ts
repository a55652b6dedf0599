import { startWorker } from '../worker/start.js'
import { nodeHost } from './host.js'

const host = nodeHost()
if (host === undefined) throw new Error('daskflow: this file is the inside of a worker; the package starts it by itself')
startWorker(host)
