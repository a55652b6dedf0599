/** Waits until something is over, as it may be, and so many milliseconds at most. Answers whether it is. Never rejects. */
export async function atMost(ms: number, over: Promise<unknown>): Promise<boolean> {
  let timer: TimerHandle | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const done = over.then(
    () => true,
    () => true,
  )
  try {
    return await Promise.race([done, late])
  } finally {
    clearTimeout(timer)
  }
}
