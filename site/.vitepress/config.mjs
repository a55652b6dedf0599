import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { apiPages, decisionPages, guidePages } from '../sidebar.mjs'

const built = fileURLToPath(new URL('../../build/site', import.meta.url))
const library = fileURLToPath(new URL('../../dist/web/index.js', import.meta.url))
const pages = resolve(built, 'pages')

export default defineConfig({
  title: 'daskflow',
  description: "Dask's words for the cores of the machine you are on.",
  lang: 'en-GB',
  // Where it is served under a path of its own, as project pages are: SITE_BASE=/daskflow/
  base: process.env.SITE_BASE ?? '/',
  srcDir: pages,
  outDir: resolve(built, 'html'),
  cacheDir: resolve(built, 'cache'),
  rewrites: { 'decisions/README.md': 'decisions/index.md' },
  themeConfig: {
    nav: [
      { text: 'Overview', link: '/overview' },
      { text: 'Guide', link: guidePages(pages)[0].link, activeMatch: '^/guide/' },
      { text: 'Playground', link: '/playground' },
      { text: 'API', link: '/api/daskflow/', activeMatch: '^/api/' },
      { text: 'Why it is so', link: '/decisions/', activeMatch: '^/decisions/' },
    ],
    sidebar: {
      '/api/': apiPages(pages),
      '/': [
        { text: 'Start', items: [{ text: 'Overview', link: '/overview' }] },
        { text: 'Guide', items: guidePages(pages) },
        { text: 'Why it is so', collapsed: true, items: decisionPages(pages) },
        { text: 'Changes', link: '/changelog' },
        { text: 'Contributing', link: '/contributing' },
      ],
    },
    outline: [2, 3],
    search: { provider: 'local' },
    footer: { message: 'MIT licence. Not affiliated with Dask, NumFOCUS or RADICAL.' },
  },
  vite: {
    resolve: { alias: { daskflow: library } },
    // The package of the repository itself: what its users get, not what its sources are.
    optimizeDeps: { exclude: ['daskflow'] },
    server: { fs: { allow: [resolve(built, '../..')] } },
    // The index of the search is one chunk, which is loaded when somebody searches.
    build: { chunkSizeWarningLimit: 4000 },
  },
})
