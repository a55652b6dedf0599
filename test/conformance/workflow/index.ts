import type { Case } from '../case.js'
import { backends } from './backends.js'
import { blocks } from './blocks.js'
import { cancels } from './cancel.js'
import { failures } from './failures.js'
import { files } from './files.js'
import { futures } from './futures.js'
import { kinds } from './kinds.js'

/** The workflow engine, over each backend. */
export const workflow: readonly Case[] = [...futures, ...failures, ...cancels, ...blocks, ...kinds, ...files, ...backends]
