/** A job as the page shows it: how far it is, and a button that cancels it. */
export class JobRow {
  readonly #bar: HTMLProgressElement
  readonly #status: HTMLOutputElement
  readonly #button: HTMLButtonElement

  constructor(list: HTMLOListElement, name: string, cancel: () => void) {
    const template = document.querySelector('template') as HTMLTemplateElement
    const row = template.content.cloneNode(true) as DocumentFragment
    const find = <T extends Element>(selector: string) => row.querySelector(selector) as T
    this.#bar = find('progress')
    this.#status = find('output')
    this.#button = find('button')
    this.#button.addEventListener('click', cancel)
    this.#bar.setAttribute('aria-label', name)
    find('.name').textContent = name
    this.advance(0)
    list.prepend(row)
  }

  advance(share: number): void {
    this.#bar.value = share
    this.#status.value = `${Math.floor(share * 100)} %`
  }

  end(how: string): void {
    this.#status.value = how
    this.#button.remove()
  }
}
