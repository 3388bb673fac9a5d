type Later = (run: () => void, ms: number) => unknown

/**
 * A signal that may come as often as it likes: the work starts at once, never runs twice at a time, starts at
 * least `gapMs` after its last start, and runs once more after the last signal. A failed work counts as done.
 */
export function coalesced(
  work: () => Promise<unknown>,
  gapMs: number,
  later: Later = (run, ms) => setTimeout(run, ms),
): () => void {
  let isBusy = false
  let isWanted = false
  const start = () => {
    isBusy = true
    isWanted = false
    const gap = new Promise<void>(resolve => later(resolve, gapMs))
    const done = work().catch(() => undefined)
    void Promise.all([gap, done]).then(() => {
      isBusy = false
      if (isWanted) start()
    })
  }
  return () => {
    if (isBusy) isWanted = true
    else start()
  }
}
