import type { DraftRun, dryRun, SampleOrigin } from '#modules/flow/contract.ts'
import type { RouteResult } from '#platform/contract/route.ts'
import { counted } from '../words.ts'

export type DryRunAnswer = RouteResult<typeof dryRun>

/** Where what a trial began with comes from. */
export const ORIGINS: Readonly<Record<SampleOrigin, string>> = {
  given: 'what you chose',
  pin: 'what is pinned',
  run: 'the last run',
  draft: 'the draft itself',
  made_up: 'made-up values',
}

/** How a trial ended, in one sentence. */
export function endWords({ status, isStopped, effects }: DraftRun): string {
  if (isStopped) return 'Stopped, because it took too long.'
  const would =
    effects.length === 0
      ? 'would have changed nothing'
      : `would have done ${counted(effects.length, 'thing')}`
  if (status === 'failed') return `Failed. Before that it ${would}.`
  if (status === 'completed')
    return effects.length === 0
      ? 'Would go through and change nothing.'
      : `Would go through and do ${counted(effects.length, 'thing')}.`
  return `Would not go on by itself. Until then it ${would}.`
}

/** What a dry run found, in one sentence. */
export function foundWords({ what, looked, wouldRun }: DryRunAnswer): string {
  if (looked === 0) return `There were no ${what} yet, so there is nothing to look at.`
  return `Of the last ${looked.toLocaleString()} ${what}, ${wouldRun.toLocaleString()} would have started a run.`
}
