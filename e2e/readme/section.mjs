import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { root } from '../../tools/root.mjs'

const NAMED = /^(?:\/\/|<!--) ([\w.]+)(?: -->)?\n/

/** What a section of the README says to save, and to type. */
export class Section {
  /** File names, and what they hold: the code that begins with a comment of its name. */
  files
  commands

  constructor(heading) {
    const readme = readFileSync(resolve(root, 'README.md'), 'utf8')
    const [, text] = readme.split(`\n### ${heading}\n`)
    const blocks = [...text.split(/\n##/)[0].matchAll(/```(\w+)\n([\s\S]*?)```/g)]
    const code = blocks.filter(([, language]) => language !== 'sh').map(([, , block]) => [NAMED.exec(block)?.[1], block])
    this.files = Object.fromEntries(code)
    this.commands = blocks.filter(([, language]) => language === 'sh').flatMap(([, , block]) => block.trim().split('\n'))
  }
}
