import { build, createServer, preview } from 'vite'

const HOST = '127.0.0.1'
const PAGE_MS = 60_000

/** The texts of a page, once it shows all `words`: as Vite serves it for its developer, and as it was built. */
export async function textsOfPages(launch, root, ...words) {
  const config = { root, configFile: false, logLevel: 'warn', server: { host: HOST, port: 0 }, preview: { host: HOST, port: 0 } }
  const browser = await launch()
  try {
    const developed = await createServer(config)
    await developed.listen()
    const texts = [await textOf(browser, developed, words)]
    await build(config)
    return [...texts, await textOf(browser, await preview(config), words)]
  } finally {
    await browser.close()
  }
}

async function textOf(browser, server, words) {
  try {
    const page = await browser.newPage()
    await page.goto(server.resolvedUrls.local[0])
    for (const word of words) await page.getByText(word).waitFor({ timeout: PAGE_MS })
    return await page.locator('body').textContent()
  } finally {
    await server.close()
  }
}
