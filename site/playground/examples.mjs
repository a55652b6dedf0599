/** What the editor may begin with. */
export const examples = [
  {
    name: 'Count primes',
    text: `(index, { report }) => {
  const from = index * 100_000
  let count = 0
  for (let n = from; n < from + 100_000; n++) {
    let isPrime = n > 1
    for (let d = 2; isPrime && d * d <= n; d++) isPrime = n % d !== 0
    if (isPrime) count++
    if (n % 10_000 === 0) report((n - from) / 100_000)
  }
  return count
}`,
  },
  {
    name: 'Wait',
    text: `async (index, { report, signal }) => {
  for (let step = 1; step <= 10; step++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    signal.throwIfAborted()
    report(step / 10)
  }
  return index
}`,
  },
  {
    name: 'A loop without end',
    text: `(index) => {
  // Cancel it: its worker is replaced, and the others go on.
  while (index === 3);
  return index
}`,
  },
  {
    name: 'An error',
    text: `(index) => {
  if (index === 5) throw new RangeError('five is right out')
  return index
}`,
  },
]
