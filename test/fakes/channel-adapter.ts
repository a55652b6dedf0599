import type { StartedWorker } from 'daskflow/worker'
import type { WorkerAdapter, WorkerEndpoint, WorkerExit, WorkerHandle, WorkerHost } from '../../src/index.js'

/**
 * Workers in this very realm, each behind a `MessageChannel`: an adapter as a user would write one.
 *
 * @param startWorker `startWorker` of `daskflow/worker`
 */
export function channelAdapter(startWorker: (host: WorkerHost) => StartedWorker): WorkerAdapter {
  return {
    runtime: 'channel',
    parallelism: 2,
    functions: 'source',
    preemptive: false,
    async spawn({ name }): Promise<WorkerHandle> {
      const { port1, port2 } = new MessageChannel()
      let exit: (exit: WorkerExit) => void = () => {}
      const exited = new Promise<WorkerExit>((resolve) => {
        exit = resolve
      })
      const close = (reason: WorkerExit['reason']) => {
        port1.close()
        worker.stop()
        exit({ reason })
      }
      const worker = startWorker({ endpoint: endpointOf(port2), close: () => close('exited') })
      return {
        id: name,
        endpoint: endpointOf(port1),
        exited,
        terminate: async () => close('terminated'),
        ref: () => port1.ref(),
        unref: () => port1.unref(),
      }
    },
  }
}

function endpointOf(port: import('node:worker_threads').MessagePort): WorkerEndpoint {
  return {
    postMessage: (message, transfer = []) =>
      port.postMessage(message, transfer as readonly import('node:worker_threads').Transferable[]),
    onMessage(listener) {
      port.on('message', listener)
      return () => port.off('message', listener)
    },
    onMessageError(listener) {
      port.on('messageerror', listener)
      return () => port.off('messageerror', listener)
    },
  }
}
