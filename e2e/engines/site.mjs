import { cpSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from '../../tools/root.mjs'
import { bundle } from '../bundle.mjs'

const HERE = resolve(root, 'e2e/engines')

// The packed package is known in the folder of the consumer alone.
const ENTRY = `import * as daskflow from 'daskflow'
import { openPage } from ${JSON.stringify(resolve(HERE, 'page.mjs'))}
openPage(daskflow)`

/** Makes what a server serves: the page, bundled as an application is, and the fixtures. Answers the folder. */
export async function makeSite(consumer) {
  const folder = join(consumer.folder, 'site')
  mkdirSync(folder)
  cpSync(join(consumer.folder, 'fixtures'), join(folder, 'fixtures'), { recursive: true })
  for (const name of ['worker', 'tasks'])
    await bundle(join(consumer.folder, `fixtures/${name}.js`), join(folder, `fixtures/${name}.js`))
  consumer.write('page.mjs', ENTRY)
  await bundle(join(consumer.folder, 'page.mjs'), join(folder, 'page.js'))
  for (const [file, name] of [
    ['page.html', 'index.html'],
    ['page.css', 'page.css'],
  ])
    cpSync(join(HERE, file), join(folder, name))
  cpSync(join(consumer.folder, 'node_modules/daskflow/dist/web/worker.js'), join(folder, 'web-worker.js'))
  return folder
}
