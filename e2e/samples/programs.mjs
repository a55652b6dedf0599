import { Dask, INSTALL_DASK } from '../../tools/dask.mjs'
import { run } from '../../tools/program.mjs'
import { transpile } from '../../tools/transpile.mjs'

const PROGRAM_MS = 60_000

/** Whether a sample imports something, prints something, and is given nothing by what is around it. */
export function isProgram(sample, types) {
  if (sample.language === 'python') return sample.code.includes('print(')
  return sample.packages.length > 0 && sample.code.includes('console.log(') && types.givenTo(sample).length === 0
}

/**
 * Runs a whole program, which must end well and print what it says. Answers why it cannot be run here; else `undefined`.
 *
 * @param desk where it was written down
 */
export async function runProgram(sample, desk) {
  const output = sample.language === 'python' ? await runPython(sample, desk) : await runJavaScript(sample, desk)
  if (output.missing !== undefined) return output.missing
  const lines = output.text.split('\n')
  const broken = sample.promisedLines.filter((line) => !lines.includes(line))
  if (broken.length > 0) throw new Error(`It does not print '${broken[0]}'\n${output.text}`)
  return undefined
}

async function runJavaScript(sample, desk) {
  const text = sample.language === 'js' ? sample.code : await transpile(sample.code)
  return { text: await runToItsEnd(process.execPath, [desk.writeProgram(sample, text)], desk.folder) }
}

/** By the Python that has Dask, where there is one. */
async function runPython(sample, desk) {
  const dask = Dask.find()
  if (dask === undefined) return { missing: INSTALL_DASK }
  for (const [module] of sample.code.matchAll(/(?<=^(?:from|import) )[\w.]+/gm)) {
    const { code } = await run(...dask.command('python3', ['-c', `import ${module}`]))
    if (code !== 0) return { missing: `Python has no '${module}'` }
  }
  const [command, args] = dask.command('python3', [desk.writeProgram(sample, sample.code)])
  return { text: await runToItsEnd(command, args, desk.folder) }
}

async function runToItsEnd(command, args, cwd) {
  const { code, output } = await run(command, args, { cwd, timeoutMs: PROGRAM_MS })
  if (code !== 0) throw new Error(`It ended with exit code ${code}\n${output}`)
  return output
}
