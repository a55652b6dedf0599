import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { root } from '../../tools/root.mjs'

const NAMED = /^(?:\/\/|<!--) ([\w.]+)(?: -->)?\n/

/** What a section of the README, or of another page, says to save, and to type. */
export class Section {
  code
  /** File names, and what they hold: the code that begins with a comment of its name. */
  files
  commands

  constructor(heading, file = 'README.md') {
    const readme = readFileSync(resolve(root, file), 'utf8')
    const [, text] = readme.split(new RegExp(`\n##+ ${heading}\n`))
    const blocks = [...text.split(/\n##/)[0].matchAll(/```(\w+)\n([\s\S]*?)```/g)]
    this.code = blocks.filter(([, language]) => language !== 'sh').map(([, , block]) => block)
    this.files = Object.fromEntries(this.code.map((block) => [NAMED.exec(block)?.[1], block]))
    this.commands = blocks.filter(([, language]) => language === 'sh').flatMap(([, , block]) => block.trim().split('\n'))
  }
}
