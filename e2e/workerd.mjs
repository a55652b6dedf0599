import { readFileSync } from 'node:fs'
import { bundle } from './bundle.mjs'

const ANSWER_MS = 20_000

/**
 * Bundles a module for Cloudflare Workers, and asks it for some paths, all at the same time. Answers the status and the
 * text of each.
 */
export async function askWorkerd({ Miniflare }, file, paths, compatibilityDate = '2026-01-01', answerMs = ANSWER_MS) {
  const script = file.replace('.mjs', '.bundle.mjs')
  // As wrangler sets them.
  await bundle(file, script, ['workerd', 'worker', 'browser', 'module', 'import'], { whole: true })
  const workerd = new Miniflare({ modules: true, script: readFileSync(script, 'utf8'), compatibilityDate })
  try {
    const ask = async (path) => {
      const response = await workerd.dispatchFetch(new URL(path, 'http://localhost'), { signal: AbortSignal.timeout(answerMs) })
      return { status: response.status, text: await response.text() }
    }
    return await Promise.all(paths.map(ask))
  } finally {
    await workerd.dispose()
  }
}
