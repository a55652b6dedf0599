#!/usr/bin/env node
// Counts the words of all text files of a folder: node examples/word-count/main.js docs
//
// Each file is counted in a worker, and the counts stay there: they are added up eight at a time, where most of them lie.
// Here come only the words that are shown.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { asCompleted, Client, moduleFunction } from 'daskflow'

const TEXT = /\.(?:md|txt|js|ts|py|html|css|json)$/
const SHOWN = 10
const AT_A_TIME = 8

const words = new URL('./words.js', import.meta.url)
const [countWords, addUp, mostFrequent] = ['countWords', 'addUp', 'mostFrequent'].map((name) => moduleFunction(words, name))

const [folder = '.'] = process.argv.slice(2)
try {
  await countFolder(folder)
} catch (error) {
  console.error(`Cannot count the words of ${folder}: ${error.message}`)
  process.exitCode = 1
}

async function countFolder(folder) {
  const paths = await textFiles(folder)
  if (paths.length === 0) throw new Error('it has no text files')
  const client = await Client.create()
  const files = client.map(countWords, paths)
  const top = client.submit(mostFrequent, [sumOf(client, files), SHOWN])
  let done = 0
  for await (const _ of asCompleted(files)) {
    done++
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${paths.length} files`)
  }
  const rows = await top
  if (process.stderr.isTTY) process.stderr.write('\n')
  for (const [word, n] of rows) console.log(`${String(n).padStart(8)}  ${word}`)
}

/** One future of many counts: a tree of sums. */
function sumOf(client, counts) {
  if (counts.length === 1) return counts[0]
  const groups = Array.from({ length: Math.ceil(counts.length / AT_A_TIME) }, (_, i) =>
    counts.slice(i * AT_A_TIME, (i + 1) * AT_A_TIME),
  )
  return sumOf(client, client.map(addUp, groups))
}

async function textFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !/\b(?:node_modules|\.git)\b/.test(path))
    .sort()
}
