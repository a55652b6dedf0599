import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { guideTo, linesOf } from './app.mjs'
import { runTool } from './tools.mjs'

/** What makes `dist` of an application, with what its guide says and no more: by the names of the bundlers. */
export const BUILDS = {
  'webpack 5': withHtml(buildWithWebpack),
  'Parcel 2': buildWithParcel,
  esbuild: withHtml((app) => runCommands(app, 'esbuild')),
  Rollup: withHtml((app) => runCommands(app, 'Rollup')),
}

/** What the guide has in a file of such an application. */
export const FILES = {
  'Parcel 2': () => ({
    // Parcel takes the folder of the lock file for the project, and reads its settings there.
    'package-lock.json': '{}',
    'package.json': JSON.stringify({ private: true, type: 'module', ...linesOf('Parcel') }),
  }),
  Rollup: () => {
    const name = 'rollup.config.mjs'
    return { [name]: withInline(guideTo('Rollup').files[name], "'main.js'", "'main.js', 'inline.js'") }
  },
}

/** Some bundle scripts alone: the page is copied. */
function withHtml(build) {
  return async (app) => {
    await build(app)
    copyFileSync(join(app, 'index.html'), join(app, 'dist/index.html'))
  }
}

async function buildWithWebpack(app) {
  const { default: webpack } = await import('webpack')
  const entry = { main: './main.js', inline: './inline.js' }
  const compiler = webpack({ mode: 'production', context: app, entry, output: { path: join(app, 'dist') } })
  const stats = await new Promise((resolve, reject) => compiler.run((error, made) => (error ? reject(error) : resolve(made))))
  await new Promise((resolve) => compiler.close(resolve))
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString())
}

function buildWithParcel(app) {
  return runTool(app, 'npx parcel build index.html --no-cache')
}

async function runCommands(app, heading) {
  for (const command of guideTo(heading).commands)
    await runTool(app, withInline(command, 'esbuild main.js', 'esbuild main.js inline.js'))
}

/** The guide's own text, with the page of inline functions beside the other. */
function withInline(text, main, both) {
  return text.replace(main, both)
}
