// What runs in the workers.
import { readFile } from 'node:fs/promises'

/**
 * Counts the words of a file.
 *
 * @param {string} path
 * @returns {Promise<Map<string, number>>}
 */
export async function countWords(path) {
  const counts = new Map()
  for (const [word] of (await readFile(path, 'utf8')).toLowerCase().matchAll(/\p{L}+/gu)) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return counts
}

/**
 * Adds counts up.
 *
 * @param {readonly Map<string, number>[]} all
 */
export function addUp(all) {
  const sum = new Map()
  for (const counts of all) for (const [word, n] of counts) sum.set(word, (sum.get(word) ?? 0) + n)
  return sum
}

/**
 * The words that occur most often.
 *
 * @param {Map<string, number>} counts
 * @param {number} n
 * @returns {[string, number][]}
 */
export function mostFrequent(counts, n) {
  return [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)).slice(0, n)
}
