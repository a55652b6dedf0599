// What a release would do. Nothing is published.
import { strict as assert } from 'node:assert'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { runNode } from '../../tools/program.mjs'
import { root } from '../../tools/root.mjs'
import { runSuite } from '../suite.mjs'

const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'))

const release = (...args) => runNode('tools/release.mjs', args)

const refusesWhatIsNew = (output) => output.includes('not committed')

await runSuite({
  'a dry run builds, packs and numbers the version, and publishes nothing': async () => {
    if (!existsSync(resolve(root, '.git'))) return 'this is no clone of the repository'
    const { code, output } = await release(version)
    if (refusesWhatIsNew(output)) return 'something here is not committed'
    assert.equal(code, 0, output)
    assert.match(output, new RegExp(`\\+ daskflow@${version.replaceAll('.', '\\.')}`))
    assert.match(output, /Nothing was published/)
  },
  'a version of which the changelog says nothing is refused': async () => {
    if (!existsSync(resolve(root, '.git'))) return 'this is no clone of the repository'
    const { code, output } = await release('999.0.0')
    if (refusesWhatIsNew(output)) return 'something here is not committed'
    assert.equal(code, 1)
    assert.match(output, /CHANGELOG.md has no '## 999.0.0 \(unreleased\)'/)
  },
  'a release without a version says how it is called': async () => {
    const { code, output } = await release()
    assert.equal(code, 2)
    assert.match(output, /npm run release -- <version>/)
  },
})
