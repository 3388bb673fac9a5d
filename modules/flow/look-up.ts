import { z } from 'zod'
import { findContactByEmail } from '#modules/crm/index.ts'
import { getLeadForTemplates } from '#modules/intake/index.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { AppError } from '#platform/errors.ts'
import { messageOf } from '#platform/log.ts'
import type { Json } from './plain-data.ts'
import type { StepError } from './run-state.ts'

const Request = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('lead'), id: Id }),
  z.strictObject({ what: z.literal('person'), email: z.string().max(1_000) }),
])

/**
 * Reads what a "look up" step asked for: `{ found, lead }` or `{ found, person }`, with null for what is not there.
 * Runs see every record; whoever tries a step sees their own part. Throws when the database does not answer.
 */
export function lookUp(kit: Kit, orgId: string, request: Json, visibility?: Visibility): Promise<Json> {
  const asked = Request.parse(request)
  const actor = { type: 'system', name: 'workflow' } as const
  return inOrganization(kit, { orgId, actor, ...(visibility ? { visibility } : {}) }, async ctx => {
    const record = await (asked.what === 'lead'
      ? findLead(ctx, asked.id)
      : findContactByEmail(ctx, asked.email))
    return { found: record !== null, [asked.what]: record } as unknown as Json
  })
}

/** What came of a look-up that did not answer: the database may do so the next time, a wrong request never will. */
export function lookUpFailure(error: unknown): StepError {
  const isWrong = error instanceof z.ZodError
  return {
    code: isWrong ? 'lookup.invalid' : 'lookup.failed',
    message: isWrong ? 'What to look up is not known.' : `The look-up failed. ${messageOf(error)}`,
    retryable: !isWrong,
    retryAfterMs: null,
    details: null,
  }
}

async function findLead(ctx: Context, leadId: string) {
  try {
    return await getLeadForTemplates(ctx, leadId)
  } catch (error) {
    if (error instanceof AppError && error.code === 'request.not_found') return null
    throw error
  }
}
