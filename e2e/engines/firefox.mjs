import { firefoxPath, INSTALL_FIREFOX, installFirefox } from '../../tools/firefox.mjs'
import { whyNotInstalled } from '../../tools/packages.mjs'
import { makeScratch } from '../scratch.mjs'

/** What starts it; or a text: how to get what is missing. */
export async function findFirefox(evaluateMs) {
  const missing = await whyNotInstalled('e2e/engines')
  if (missing !== undefined) return missing
  await installFirefox()
  const executablePath = firefoxPath()
  if (executablePath === undefined) return INSTALL_FIREFOX
  const { launch } = await import('puppeteer-core')
  return async () => {
    // Else it would look for a profile at home, which may not be there.
    const env = { ...process.env, HOME: makeScratch('firefox') }
    const browser = await launch({ browser: 'firefox', executablePath, headless: true, env, protocolTimeout: evaluateMs })
    return { browser, page: await browser.newPage() }
  }
}
