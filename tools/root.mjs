import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json. Not `import.meta.dirname`: a Node too old for that must still be told so. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Tells whether a module was run (`node tools/setup.mjs`) rather than imported. */
export function isMain(url) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url)
}
