import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { openRecords, requireWritable } from '#platform/owned.ts'
import { refusalsOf, refuseContact } from './do-not-contact.ts'
import { type Consent, type ConsentPurpose, consentRecorded, type DoNotContact } from './privacy-api.ts'
import { addressOf } from './refusal-keys.ts'

interface Row {
  id: string
  purpose: ConsentPurpose
  is_given: boolean
  source: string
  evidence: string | null
  said_at: Date
  actor: Consent['actor']
  created_at: Date
}

const COLUMNS = 'c.id, c.purpose, c.is_given, c.source, c.evidence, c.said_at, c.actor, c.created_at'
const SHOWN_MAX = 200

/** Every word of a person about their data, and what keeps mail from them. Throws `request.not_found`. */
export async function personPrivacy(
  ctx: Context,
  personId: string,
): Promise<{ consents: Consent[]; refusals: DoNotContact[] }> {
  const emails = await addressesOf(ctx, personId)
  const said = await ctx.db.query<Row>(
    `select ${COLUMNS} from crm.consents c where c.org_id = $1 and c.person_id = $2 order by c.id desc limit ${SHOWN_MAX}`,
    [ctx.orgId, personId],
  )
  return { consents: said.rows.map(consentOf), refusals: await refusalsOf(ctx, emails) }
}

/** What a person says about a use of their data. */
export interface ConsentWord {
  readonly purpose: ConsentPurpose
  readonly isGiven: boolean
  /** How it came here, for example `person`, `form`. */
  readonly source: string
  readonly evidence?: string | undefined
  /** An instant as RFC 3339; now when it is left out. */
  readonly saidAt?: string | undefined
}

/**
 * Writes down what a person says. Who takes `email_marketing` back is written to no more: their addresses go on the
 * do-not-contact list in the same transaction. Publishes `consent.recorded`. Throws `request.not_found`,
 * `request.read_only`, and `request.invalid` for an instant that has not come yet.
 */
export async function recordConsent(ctx: Context, personId: string, word: ConsentWord): Promise<Consent> {
  await requireWritable(ctx, 'person', personId)
  const emails = await addressesOf(ctx, personId)
  const { purpose, isGiven, source, evidence, saidAt } = word
  const stored = await ctx.db.query<Row>(
    `insert into crm.consents as c (org_id, id, person_id, purpose, is_given, source, evidence, said_at, actor)
     select $1, $2, $3, $4, $5, $6, $7, coalesce($8::timestamptz, now()), $9::jsonb
     where coalesce($8::timestamptz, now()) <= now() + interval '1 minute'
     returning ${COLUMNS}`,
    [
      ctx.orgId,
      newId(),
      personId,
      purpose,
      isGiven,
      source,
      evidence ?? null,
      saidAt ?? null,
      JSON.stringify(ctx.actor),
    ],
  )
  const row = stored.rows[0]
  if (!row) {
    const message = 'This is in the future.'
    throw generalErrors.invalid({ errors: [{ in: 'body', pointer: '/saidAt', code: 'in_future', message }] })
  }
  const subjects = [{ type: 'person', id: personId }]
  if (purpose === 'email_marketing' && !isGiven) {
    const refusals = emails.map(email => ({
      kind: 'email' as const,
      value: addressOf(email),
      reason: 'consent_withdrawn' as const,
      legalBasis: 'consent_withdrawn' as const,
    }))
    await refuseContact(ctx, refusals, { source, subjects })
  }
  await publish(ctx, consentRecorded, { subjects, payload: { personId, purpose, isGiven } })
  return consentOf(row)
}

/** The addresses of a person's live positions. Throws `request.not_found`. */
export async function addressesOf(ctx: Context, personId: string): Promise<string[]> {
  openRecords(ctx, 'person', [personId])
  const found = await ctx.db.query<{ email: string | null }>(
    `select o.email::text as email from crm.people p
     left join crm.positions o on o.org_id = $1 and o.person_id = p.id and o.deleted_at is null
     where p.org_id = $1 and p.id = $2 and p.deleted_at is null`,
    [ctx.orgId, personId],
  )
  if (found.rowCount === 0) throw generalErrors.not_found()
  return found.rows.flatMap(({ email }) => email ?? [])
}

function consentOf(row: Row): Consent {
  return {
    id: row.id,
    purpose: row.purpose,
    isGiven: row.is_given,
    source: row.source,
    evidence: row.evidence,
    saidAt: row.said_at.toISOString(),
    actor: row.actor,
    createdAt: row.created_at.toISOString(),
  }
}
