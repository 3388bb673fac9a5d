import type { RunDetail } from '#modules/flow/contract.ts'

/** The name of the lead a run is about, as its trigger brought it. */
export function leadNameOf(run: Pick<RunDetail, 'input'>): string | undefined {
  const lead = (run.input as { lead?: { name?: unknown; email?: unknown } } | null)?.lead
  const name = lead?.name || lead?.email
  return typeof name === 'string' ? name : undefined
}

/** What a run is called: by its lead, else by the end of its id, which is as good as unique to a person. */
export function runTitle(run: Pick<RunDetail, 'id' | 'input'>): string {
  const lead = leadNameOf(run)
  return lead ? `Run for ${lead}` : `Run ${run.id.slice(-6)}`
}
