// Publishes a version: `npm run release -- 0.2.0` shows what it would do, and with --publish it does it.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runNpm } from './npm.mjs'
import { run } from './program.mjs'
import { root } from './root.mjs'
import { setUp } from './setup.mjs'

const USAGE = 'npm run release -- <version> [--publish]'
const TESTS_MS = 60 * 60_000
const PUBLISH = ['publish', '--ignore-scripts', '--access', 'public']

/**
 * What is published is what is committed: it is made in a clone. Its commit and its tag come back here, for you to push;
 * without `publish`, nothing does.
 */
async function release(version, publish) {
  if ((await git(root, 'status', '--porcelain')) !== '') throw new Error('There is something here that is not committed.')
  const clone = mkdtempSync(join(tmpdir(), 'daskflow-release-'))
  try {
    await git(root, 'clone', '--quiet', root, clone)
    await numbered(clone, version)
    dated(clone, version)
    await step(clone, 'npm ci', ['ci', '--include=dev', '--prefer-offline', '--no-audit', '--no-fund'])
    await step(clone, 'The build', ['run', 'build'])
    if (!publish) return await step(clone, 'npm publish', [...PUBLISH, '--dry-run'])
    await step(clone, 'The tests', ['run', 'test:all'], { output: 'show', timeoutMs: TESTS_MS })
    await git(clone, 'commit', '--quiet', '--all', '--message', `Release ${version}`)
    await git(clone, 'tag', `v${version}`)
    // Before it is out: what cannot come back here, since this has gone on, is not published.
    await git(root, 'pull', '--quiet', '--ff-only', '--tags', clone, 'HEAD')
    const { code, output } = await runNpm(PUBLISH, { cwd: clone })
    if (code === 0) return output
    throw new Error(
      `${output}npm publish ended with exit code ${code}. The commit and its tag are here: npm run build, npm publish`,
    )
  } finally {
    rmSync(clone, { recursive: true, force: true })
  }
}

async function numbered(clone, version) {
  if ((await git(root, 'tag', '--list', `v${version}`)) !== '') throw new Error(`There is a tag v${version} already.`)
  await step(clone, 'npm version', ['version', version, '--no-git-tag-version', '--allow-same-version', '--ignore-scripts'])
}

/** The changelog says what is in it, and now also since when. */
function dated(clone, version) {
  const file = join(clone, 'CHANGELOG.md')
  const heading = `## ${version} (unreleased)`
  const text = readFileSync(file, 'utf8')
  if (!text.includes(`${heading}\n`)) throw new Error(`CHANGELOG.md has no '${heading}', and so nobody knows what is new.`)
  writeFileSync(file, text.replace(heading, `## ${version} (${new Date().toISOString().slice(0, 10)})`))
}

async function step(cwd, name, args, options) {
  const { code, output } = await runNpm(args, { cwd, ...options })
  if (code !== 0) throw new Error(`${output}${name} ended with exit code ${code}. Nothing was published.`)
  return output
}

async function git(cwd, ...args) {
  const { code, output } = await run('git', args, { cwd })
  if (code !== 0) throw new Error(`${output}git ${args[0]} ended with exit code ${code}. Nothing was published.`)
  return output.trim()
}

const { values, positionals } = parseArgs({ options: { publish: { type: 'boolean' } }, allowPositionals: true })
const [version] = positionals
if (version === undefined || positionals.length > 1) {
  console.error(USAGE)
  process.exitCode = 2
} else if (!existsSync(resolve(root, '.git'))) {
  console.error('This is no clone of the repository, and only what is committed is published.')
  process.exitCode = 1
} else if (await setUp()) {
  try {
    console.log(await release(version, values.publish))
    if (!values.publish) console.log(`Nothing was published. To do it: npm run release -- ${version} --publish`)
    else console.log(`Published ${version}. Its commit and its tag are here, to be pushed.`)
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
