import { readFileSync } from 'node:fs'
import { bundle } from '../bundle.mjs'

/** Bundles a module for Cloudflare Workers, and asks it for some paths. Answers the status and the text of each. */
export async function askWorkerd({ Miniflare }, file, paths) {
  const script = file.replace('.mjs', '.bundle.mjs')
  // As wrangler sets them.
  await bundle(file, script, ['workerd', 'worker', 'browser', 'module', 'import'])
  const workerd = new Miniflare({ modules: true, script: readFileSync(script, 'utf8'), compatibilityDate: '2026-01-01' })
  try {
    const answers = []
    for (const path of paths) {
      const response = await workerd.dispatchFetch(new URL(path, 'http://localhost'))
      answers.push({ status: response.status, text: await response.text() })
    }
    return answers
  } finally {
    await workerd.dispose()
  }
}
