// What the scripts of examples/workflows print, worked out apart from them. Of how long they take, nothing.
const TEN = Array.from({ length: 10 }, (_, i) => i)
const DUMMY = 'Dummy Output'

const sumTo = (n) => (n * (n - 1)) / 2
const sumOfSquares = (from) => TEN.reduce((sum, i) => sum + (from + i) ** 2, 0)

/** By the name of the example, on a backend that runs its functions. */
export const OUTPUT = {
  '01-workflows': workflows({ sum: sumTo(1_000), even: 500 }, { sum: sumTo(2_023), even: 1_012 }),
  '02-blocks': blocks((i) => `${sumOfSquares(i)}, then ${sumOfSquares(sumOfSquares(i))}`),
  '03-nested-blocks': nestedBlocks((i) => 16 * i + 15),
  '04-several-backends': documents([
    '11 words, from "futures" to "there". Summary: Dummy Prompt Output',
    '9 words, from "a" to "too". Summary: Dummy Prompt Output',
    '7 words, from "workers" to "lost". Summary: Dummy Prompt Output',
    '13 words, from "each" to "wants". Summary: Dummy Prompt Output',
    '6 words, from "the" to "default". Summary: Dummy Prompt Output',
  ]),
}

/** On a backend that pretends. */
export const DUMMY_OUTPUT = {
  '01-workflows': workflows(DUMMY, DUMMY),
  '02-blocks': blocks(() => `${DUMMY}, then ${DUMMY}`),
  '03-nested-blocks': nestedBlocks(() => DUMMY),
  '04-several-backends': documents(Array(5).fill(DUMMY)),
}

export const MIXED_OUTPUT = [
  ...[1, 2, 3].map(describeSensor),
  'The model: I was told of 3 sensors.',
  '13 of 13 tasks and blocks completed',
]

function workflows(first, last) {
  return [`The first: ${JSON.stringify(first)}`, `The last: ${JSON.stringify(last)}`, '1024 workflows, 3072 tasks: … s']
}

function blocks(resultOf) {
  return [...TEN.map((i) => `Workflow ${i}: ${resultOf(i)}`), '10 workflows, 20 blocks, 60 tasks']
}

function nestedBlocks(resultOf) {
  return [
    `Four steps from 0 to 9: ${TEN.map(resultOf).join(', ')}`,
    'A cancelled block is CANCELLED, and so is what needs it: CANCELLED, by a TaskCanceledError',
    '10 workflows, 70 blocks, 80 tasks',
  ]
}

function documents(results) {
  return [...results.map((result, i) => `Document ${i + 1}: ${result}`), '5 documents, 15 tasks on 2 backends']
}

function describeSensor(sensor) {
  const readings = Array.from({ length: 999 }, (_, i) => (sensor * 7_919 + i * 104_729) % 10_007).sort((a, b) => a - b)
  const primes = new Set(Array.from({ length: 10_007 }, (_, n) => n).slice(2))
  for (const prime of primes) for (let n = prime * 2; n < 10_007; n += prime) primes.delete(n)
  return `Sensor ${sensor}: median ${readings[499]}, ${readings.filter((n) => primes.has(n)).length} primes`
}
