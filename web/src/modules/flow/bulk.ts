export interface BulkAnswer {
  readonly runs: number
  readonly hasMore: boolean
}

interface RepeatOptions {
  /** Called after each part with the number of runs so far. */
  readonly onProgress: (runs: number) => void
  /** Asked before each part but the first. */
  readonly isStopped: () => boolean
}

/** Does a part of a large act again and again until nothing is left, and returns how many runs it reached. */
export async function repeatWhileMore(
  part: () => Promise<BulkAnswer>,
  { onProgress, isStopped }: RepeatOptions,
): Promise<number> {
  let reached = 0
  for (;;) {
    const { runs, hasMore } = await part()
    reached += runs
    onProgress(reached)
    if (!hasMore || isStopped()) return reached
  }
}

/** One request takes no more runs by name. */
const PART_MAX = 1_000

/** Parts of a list of runs, one at each call, as repeatWhileMore asks for them. */
export function inParts(
  runIds: readonly string[],
  act: (runIds: string[]) => Promise<{ runs: number }>,
): () => Promise<BulkAnswer> {
  let from = 0
  return async () => {
    const part = runIds.slice(from, from + PART_MAX)
    from += PART_MAX
    return { runs: (await act(part)).runs, hasMore: from < runIds.length }
  }
}

export type BulkAct = 'pause' | 'resume' | 'cancel' | 'retry'

const WORDS: Readonly<Record<BulkAct, { act: string; doing: string; done: string }>> = {
  pause: { act: 'Pause', doing: 'Pausing', done: 'paused' },
  resume: { act: 'Resume', doing: 'Resuming', done: 'resumed' },
  cancel: { act: 'Cancel', doing: 'Cancelling', done: 'cancelled' },
  retry: { act: 'Retry', doing: 'Retrying', done: 'taken up again' },
}

export const bulkWords = (act: BulkAct) => WORDS[act]

/** What came of a bulk act. `wanted` is how many were chosen, when that is known. */
export function bulkResult(act: BulkAct, runs: number, wanted?: number | undefined): string {
  const { done } = WORDS[act]
  const left = wanted === undefined ? 0 : wanted - runs
  const rest = restWords(act, left)
  if (runs === 0) return left > 0 ? `No run was ${done}.${rest}` : `There was no run to be ${done}.`
  return `${runs.toLocaleString()} ${runs === 1 ? 'run is' : 'runs are'} being ${done}.${rest}`
}

function restWords(act: BulkAct, left: number): string {
  if (left <= 0) return ''
  const others = left === 1 ? 'One other' : `${left.toLocaleString()} others`
  if (act === 'retry') return ` ${others} ${left === 1 ? 'has' : 'have'} nothing to take up again.`
  return ` ${others} ${left === 1 ? 'is' : 'are'} over already.`
}
