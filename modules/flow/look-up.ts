import { z } from 'zod'
import { RecordObject } from '#modules/crm/contract.ts'
import {
  findCompanies,
  findContact,
  findContactByEmail,
  getActivity,
  recordKinds,
} from '#modules/crm/index.ts'
import { getLeadForTemplates } from '#modules/intake/index.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import type { Json } from '#platform/contract/plain-data.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { AppError } from '#platform/errors.ts'
import { messageOf } from '#platform/log.ts'
import { wordsOf } from './effect-refused.ts'
import { permanent } from './node-run.ts'
import { findCompanyId, findDeal, isMissing } from './record-names.ts'
import type { StepError } from './run-state.ts'

const Request = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('lead'), id: Id }),
  z.strictObject({ what: z.literal('person'), email: z.string().max(1_000) }),
  z.strictObject({ what: z.enum(['company', 'deal', 'activity']), record: z.string().max(1_000) }),
  z.strictObject({
    what: z.literal('records'),
    object: RecordObject,
    filter: z.string(),
    sort: z.string(),
    limit: z.int().min(1).max(100),
  }),
])
type Asked = z.infer<typeof Request>

/**
 * Reads what a step asked for: `{ found, lead }` and the like, with null for what is not there, or `{ count, items }` of
 * records that were looked for.
 * Runs see every record; whoever tries a step sees their own part. Throws when the database does not answer.
 */
export function lookUp(kit: Kit, orgId: string, request: Json, visibility?: Visibility): Promise<Json> {
  const asked = Request.parse(request)
  const actor = { type: 'system', name: 'workflow' } as const
  return inOrganization(kit, { orgId, actor, ...(visibility ? { visibility } : {}) }, async ctx => {
    if (asked.what === 'records') return findRecords(ctx, asked)
    const record = await findOne(ctx, asked)
    return { found: record !== null, [asked.what]: record } as unknown as Json
  })
}

async function findRecords(ctx: Context, asked: Asked & { what: 'records' }): Promise<Json> {
  const { object, filter, sort, limit } = asked
  const { items } = await recordKinds[object].list(ctx, {
    limit,
    ...(filter === '' ? {} : { filter }),
    ...(sort === '' ? {} : { sort }),
  })
  return { count: items.length, items } as unknown as Json
}

async function findOne(ctx: Context, asked: Exclude<Asked, { what: 'records' }>): Promise<unknown> {
  switch (asked.what) {
    case 'lead':
      return findLead(ctx, asked.id)
    case 'person':
      return Id.safeParse(asked.email).success
        ? findContact(ctx, asked.email)
        : findContactByEmail(ctx, asked.email)
    case 'company': {
      const id = await findCompanyId(ctx, asked.record)
      return id === null ? null : ((await findCompanies(ctx, [id]))[0] ?? null)
    }
    case 'deal':
      return findDeal(ctx, asked.record)
    case 'activity':
      return findActivity(ctx, asked.record)
  }
}

async function findActivity(ctx: Context, id: string) {
  if (!Id.safeParse(id).success) return null
  return unlessMissing(async () => (await getActivity(ctx, id)).value)
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/**
 * What came of a look-up that did not answer: the database may do so the next time, a wrong request or a filter that cannot
 * be read never will.
 */
export function lookUpFailure(error: unknown): StepError {
  if (error instanceof AppError && error.status < 500) return permanent('lookup.refused', wordsOf(error))
  if (error instanceof z.ZodError) return permanent('lookup.invalid', 'What to look up is not known.')
  return {
    code: 'lookup.failed',
    message: `The look-up failed. ${messageOf(error)}`,
    retryable: true,
    retryAfterMs: null,
    details: null,
  }
}

function findLead(ctx: Context, leadId: string) {
  return unlessMissing(() => getLeadForTemplates(ctx, leadId))
}
