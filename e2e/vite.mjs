import * as vite8 from 'vite'

const HOST = '127.0.0.1'
const PAGE_MS = 60_000

/** The texts of a page, once it shows all `words`: as Vite serves it for its developer, and as it was built. */
export async function textsOfPages(launch, root, words, vite) {
  const texts = []
  const read = async (page) => {
    for (const word of words) await page.getByText(word).waitFor({ timeout: PAGE_MS })
    texts.push(await page.locator('body').textContent())
  }
  await withSites(launch, root, read, vite)
  return texts
}

/** Shows a page to `use(page)` twice: as Vite serves it for its developer, and as it was built. */
export async function withSites(launch, root, use, { build, createServer, preview } = vite8) {
  const config = { root, configFile: false, logLevel: 'warn', server: { host: HOST, port: 0 }, preview: { host: HOST, port: 0 } }
  const browser = await launch()
  try {
    const developed = await createServer(config)
    await developed.listen()
    await show(browser, developed, use)
    await build(config)
    await show(browser, await preview(config), use)
  } finally {
    await browser.close()
  }
}

async function show(browser, server, use) {
  try {
    const page = await browser.newPage()
    await page.goto(server.resolvedUrls.local[0])
    await use(page)
  } finally {
    await server.close()
  }
}
