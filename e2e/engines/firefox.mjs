import { firefoxPath, INSTALL_FIREFOX, installFirefox } from '../../tools/firefox.mjs'
import { installPackages } from '../../tools/packages.mjs'
import { makeScratch } from '../scratch.mjs'

/** @throws {Error} that says how to get what is missing */
export async function findFirefox(evaluateMs) {
  await installPackages('e2e/engines')
  await installFirefox()
  const executablePath = firefoxPath()
  if (executablePath === undefined) throw new Error(INSTALL_FIREFOX)
  const { launch } = await import('puppeteer-core')
  return async () => {
    // Else it would look for a profile at home, which may not be there.
    const env = { ...process.env, HOME: makeScratch('firefox') }
    const browser = await launch({ browser: 'firefox', executablePath, headless: true, env, protocolTimeout: evaluateMs })
    return { browser, page: await browser.newPage() }
  }
}
