import { readSamples } from './sample.mjs'

/** What a section of a page says to save, and to type. */
export class Section {
  /** File names, and what they hold. */
  files
  commands

  /** @param heading `''` for what is above the first */
  constructor(heading, page = 'README.md') {
    const samples = readSamples().filter((sample) => sample.page === page && sample.section === heading)
    if (samples.length === 0) throw new Error(`${page} shows nothing under '${heading}'`)
    this.files = Object.fromEntries(samples.flatMap(({ file, code }) => (file === undefined ? [] : [[file, code]])))
    this.commands = samples.flatMap(({ language, code }) => (language === 'sh' ? code.trim().split('\n') : []))
  }
}
