#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { type Command, UsageError } from './command.js'
import { gatewayCommand } from './gateway-command.js'
import { workerCommand } from './worker-command.js'

const COMMANDS = new Map<string | undefined, Command>([
  ['worker', workerCommand],
  ['gateway', gatewayCommand],
])

process.exitCode = await main(process.argv.slice(2))

/** The exit code: 0, 1 for what went wrong, 2 for what was typed wrong. */
async function main([name, ...argv]: readonly string[]): Promise<number> {
  const command = COMMANDS.get(name)
  const usage = [...COMMANDS.values()].filter((other) => command === undefined || other === command).map((one) => one.usage)
  const asks = (...options: readonly string[]) => [name, ...argv].some((arg) => options.includes(String(arg)))
  if (asks('-h', '--help')) {
    console.log(usage.join('\n'))
    return 0
  }
  if (asks('--version')) {
    console.log(await version())
    return 0
  }
  try {
    if (command === undefined) throw new UsageError(name === undefined ? 'Say what to do' : `There is no command '${name}'`)
    await command.run(argv)
    return 0
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    if (!isUsage(error)) return 1
    console.error(`\n${usage.join('\n')}`)
    return 2
  }
}

function isUsage(error: unknown): boolean {
  return error instanceof UsageError || String((error as { readonly code?: unknown } | null)?.code).startsWith('ERR_PARSE_ARGS')
}

async function version(): Promise<string> {
  const manifest: { readonly version: string } = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}
