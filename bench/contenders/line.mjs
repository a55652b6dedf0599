/** A raw worker, and who hears it. */
export class Line {
  receive
  #worker

  constructor(worker) {
    this.#worker = worker
    worker.addEventListener('message', ({ data }) => this.receive(data))
  }

  send(message, transfer) {
    this.#worker.postMessage(message, transfer)
  }

  ask(message, transfer) {
    return new Promise((resolve) => {
      this.receive = resolve
      this.send(message, transfer)
    })
  }
}
