import type { RunDetail } from '#modules/flow/contract.ts'

/** What a run is called: by its lead, else by the end of its id, which is as good as unique to a person. */
export function runTitle(run: Pick<RunDetail, 'id' | 'leadName'>): string {
  return run.leadName ? `Run for ${run.leadName}` : `Run ${run.id.slice(-6)}`
}
