// Every block of code in the README and the guides: those in JavaScript and TypeScript are type-checked against the packed
// package, those that are whole programs are run and print what they say, and commands can be typed as they stand.
import { strict as assert } from 'node:assert'
import { installPackages } from '../../tools/packages.mjs'
import { run } from '../../tools/program.mjs'
import { PAGES, readSamples } from '../sample.mjs'
import { runSuite } from '../suite.mjs'
import { checkCommand } from './commands.mjs'
import { Desk } from './desk.mjs'
import { NOT_CHECKED, NOT_RUN, reasonIn, staleEntries } from './exceptions.mjs'
import { brokenLinks } from './links.mjs'
import { folderOf, missingPackages } from './packages.mjs'
import { isProgram, runProgram } from './programs.mjs'
import { Types } from './types.mjs'

const TYPED = /^[jt]sx?$/

/** What can be done for a sample in each language. */
const CHECKS = {
  js: checkTypes,
  jsx: checkTypes,
  ts: checkTypes,
  tsx: checkTypes,
  sh: checkCommands,
  html: checkScripts,
  json: ({ code }) => void JSON.parse(code),
  python: checkPython,
}

// Those that our users come from; the samples of what they leave are real, too.
await installPackages('bench').catch(({ message }) => console.error(message))

const samples = readSamples()
const typed = samples.filter(({ language }) => TYPED.test(language))
const programs = samples.filter(({ language }) => language === 'python' || TYPED.test(language))
const desk = await Desk.create(programs)
try {
  const types = new Types(desk, typed)
  await runSuite({
    ...Object.fromEntries(samples.map((sample) => [`${sample.place} is right`, () => checkSample(sample, types)])),
    ...Object.fromEntries(
      programs.filter((sample) => isProgram(sample, types)).map((sample) => [`${sample.place} runs`, () => runSample(sample)]),
    ),
    'the names that are given are right, and used': () => {
      assert.deepEqual(types.errorsOfGiven, [])
      const used = new Set(typed.flatMap((sample) => types.givenTo(sample)))
      assert.deepEqual(
        types.given.filter((name) => !used.has(name)),
        [],
      )
    },
    'links lead somewhere': () => assert.deepEqual(PAGES.flatMap(brokenLinks), []),
    'what is excepted is there': () => assert.deepEqual(staleEntries(samples), []),
  })
} finally {
  desk.remove()
}

function checkSample(sample, types) {
  const reason = reasonIn(NOT_CHECKED, sample)
  if (reason !== undefined) return reason
  const check = CHECKS[sample.language]
  assert.ok(check, `Nothing can be told of a sample in '${sample.language}': say so in exceptions.mjs, with the reason`)
  return check(sample, types)
}

function checkTypes(sample, types) {
  const missing = whyMissing(sample)
  if (missing !== undefined) return missing
  const errors = types.errorsOf(sample)
  if (errors.length > 0) throw new Error(errors.join('\n'))
}

function runSample(sample) {
  return reasonIn(NOT_RUN, sample) ?? reasonIn(NOT_CHECKED, sample) ?? whyMissing(sample) ?? runProgram(sample, desk)
}

async function checkCommands({ code }) {
  const lines = code.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  for (const line of lines) await checkCommand(line, samples, desk.folder)
}

/** The scripts of a page are files that are shown beside it. */
function checkScripts({ page, code }) {
  const files = samples.filter((sample) => sample.page === page).map(({ file }) => file)
  for (const [, file] of code.matchAll(/src="\.?\/([^"]+)"/g)) assert.ok(files.includes(file), `The page shows no file '${file}'`)
}

/** It can be read; to run it there would have to be its packages. */
async function checkPython({ code }) {
  const { output: version } = await run('python3', ['--version'])
  if (!version.startsWith('Python')) return 'there is no python3'
  const { code: exit, output } = await run('python3', ['-c', 'import ast, sys; ast.parse(sys.argv[1])', code])
  if (exit !== 0) throw new Error(output)
}

function whyMissing({ packages }) {
  const [name] = missingPackages(packages)
  return name && `'${name}' is not installed (npm install --prefix ${folderOf(name)})`
}
