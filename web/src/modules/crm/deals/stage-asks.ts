import type { Deal, Pipeline, Stage } from '#modules/crm/contract.ts'

/** The field under which a stage asks why a deal was lost. */
export const LOST_REASON = 'lostReasonId'

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** The value of a field of a deal by its key in the API, custom ones as `custom.<key>`. */
function fieldOf(deal: Deal, key: string): unknown {
  if (key.startsWith('custom.')) return deal.custom[key.slice('custom.'.length)]
  if (key === 'probability') return deal.ownProbability
  return (deal as unknown as Readonly<Record<string, unknown>>)[key]
}

/** The keys of what a stage asks for before it lets a deal in, and the deal does not have. */
export function missingFor(
  deal: Deal,
  stage: Stage,
  pipeline: Pick<Pipeline, 'asksLostReason'> | undefined,
): string[] {
  const missing = stage.requiredFields.filter(key => isEmpty(fieldOf(deal, key)))
  const asksReason = stage.type === 'lost' && pipeline?.asksLostReason === true && deal.lostReason === null
  return asksReason ? [...missing, LOST_REASON] : missing
}
