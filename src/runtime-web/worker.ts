import { startWorker } from '../worker/start.js'
import { webHost } from './host.js'

const host = webHost()
if (host === undefined) throw new Error('daskflow: this file is the inside of a worker; the package starts it by itself')
startWorker(host)
