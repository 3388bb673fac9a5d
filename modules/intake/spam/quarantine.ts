import { z } from 'zod'
import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { eachItem } from '#platform/http/bulk.ts'
import { pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { intakeErrors } from '../errors.ts'
import type { FieldType } from '../form-definition.ts'
import { readFormForSubmission } from '../published-forms.ts'
import { storeSubmission, throughForm } from '../submissions.ts'
import { dropHeldUploads } from '../uploads/uploads.ts'
import { tell } from './admission.ts'
import { KEPT_DAYS, KEPT_MAX } from './forget-quarantined.ts'
import type { QuarantinedSubmission, ReleaseOutcome, SenderKind, SenderRule } from './quarantine-api.ts'
import { blockAddress, decideSender } from './senders.ts'

const DAY_MS = 86_400_000

interface Row {
  id: string
  form_id: string
  workflow_id: string
  form_name: string
  status: 'held' | 'released'
  email_key: string | null
  name: string | null
  answers: Record<string, string> | null
  labels: { key: string; label: string; type: FieldType }[] | null
  reasons: { code: string; words: string; points: number }[]
  points: number
  channel: QuarantinedSubmission['channel']
  lead_id: string | null
  created_at: Date
}

/** One that waits for a proof of work is nobody's business until it has become clear that none will come. */
const SETTLED = `not (q.awaits_proof and q.created_at > now() - interval '1 minute')`

const LIST = `
  select q.id, q.form_id, q.workflow_id, f.name as form_name, q.status, q.email_key, q.name, q.answers, q.reasons, q.points,
    q.channel, q.lead_id, q.created_at,
    (select jsonb_agg(jsonb_build_object('key', d.field_key, 'label', d.label, 'type', d.field_type) order by d.page, d.position)
     from intake.form_fields d where d.org_id = $1 and d.form_id = q.form_id) as labels
  from intake.quarantined_submissions q
  join intake.forms f on f.org_id = $1 and f.id = q.form_id
  where q.org_id = $1 and q.status = $2 and ($3::uuid is null or q.workflow_id = $3) and ($4::uuid is null or q.id < $4)
    and ${SETTLED}
  order by q.id desc limit $5`

/** A page of what was held back, the newest first. */
export async function listQuarantine(
  ctx: Context,
  query: {
    limit: number
    cursor?: string | undefined
    workflowId?: string | undefined
    status: 'held' | 'released'
  },
): Promise<{ items: QuarantinedSubmission[]; nextCursor: string | null }> {
  const found = await ctx.db.query<Row>(LIST, [
    ctx.orgId,
    query.status,
    query.workflowId ?? null,
    readIdCursor(query),
    query.limit + 1,
  ])
  return pageOfRows(query, found.rows, shownOf)
}

/** How many are held back, counted to 10,000. */
export async function countQuarantine(ctx: Context, workflowId?: string): Promise<{ held: number }> {
  const found = await ctx.db.query<{ held: number }>(
    `select count(*)::int as held from (
       select from intake.quarantined_submissions q
       where q.org_id = $1 and q.status = 'held' and ($2::uuid is null or q.workflow_id = $2) and ${SETTLED}
       limit ${KEPT_MAX}) counted`,
    [ctx.orgId, workflowId ?? null],
  )
  return { held: found.rows[0]?.held ?? 0 }
}

function shownOf(row: Row): QuarantinedSubmission {
  const answers = row.answers ?? {}
  return {
    id: row.id,
    workflowId: row.workflow_id,
    formId: row.form_id,
    formName: row.form_name,
    status: row.status,
    email: row.email_key,
    name: row.name,
    answers: (row.labels ?? []).flatMap(({ key, label, type }) => {
      const value = answers[key]
      if (value === undefined) return []
      // What stands for a file there is of use to nobody else.
      const shown = type === 'FILE' ? String(value.split('\n').length) : value
      return [{ key, label, type, value: shown }]
    }),
    reasons: row.reasons,
    points: row.points,
    channel: row.channel,
    leadId: row.lead_id,
    createdAt: row.created_at.toISOString(),
    expiresAt: new Date(row.created_at.getTime() + KEPT_DAYS * DAY_MS).toISOString(),
  }
}

const Name = z.string().optional()
const KeptIdentity = z.object({
  email: z.string(),
  name: z.string(),
  person: z.object({ fullName: Name, firstName: Name, lastName: Name, phone: Name }),
})

interface HeldRow {
  form_id: string
  workflow_id: string
  submission_id: string
  status: 'held' | 'released'
  channel: QuarantinedSubmission['channel']
  identity: unknown
  answers: Record<string, string> | null
  content_hash: Buffer
  lead_id: string | null
  created_at: Date
}

const LOCK = `select q.form_id, q.workflow_id, q.submission_id, q.status, q.channel, q.identity, q.answers, q.content_hash, q.lead_id, q.created_at
  from intake.quarantined_submissions q where q.org_id = $1 and q.id = $2 for update`

/**
 * Makes a lead of a submission that was held back, as if it were sent now: the same events, the same run. Once: whoever
 * releases it again or at the same time gets the first lead. Its answers are the lead's from then on. Throws
 * `request.not_found` and `intake.form_closed`.
 */
export async function releaseQuarantined(ctx: Context, id: string): Promise<ReleaseOutcome> {
  const row = (await ctx.db.query<HeldRow>(LOCK, [ctx.orgId, id])).rows[0]
  if (!row) throw generalErrors.not_found()
  if (row.status === 'released' || row.answers === null) return { leadId: row.lead_id, isNew: false }
  const form = await readFormForSubmission(ctx, row.form_id, Object.keys(row.answers))
  if (!form) throw generalErrors.not_found()
  const userId = ctx.actor.type === 'user' ? ctx.actor.userId : null
  const who = KeptIdentity.parse(row.identity)
  const { leadId, isNew } = await storeSubmission(ctx, form, {
    submissionId: row.submission_id,
    answers: row.answers,
    // The answers have lost their order, which it was made of.
    contentHash: row.content_hash,
    page: row.channel === 'program' ? undefined : { source: '' },
    arrival: {
      ...throughForm(who),
      metadata: { heldAt: row.created_at.toISOString(), releasedBy: userId },
    },
  })
  await ctx.db.query(
    `update intake.quarantined_submissions
     set status = 'released', answers = null, identity = null, email_key = null, name = null, released_at = now(),
       released_by = $3, lead_id = $4, awaits_proof = false
     where org_id = $1 and id = $2`,
    [ctx.orgId, id, userId, leadId],
  )
  await audit(ctx, {
    action: 'quarantine.released',
    object: { type: 'quarantined_submission', id, name: who.name },
    after: { leadId, isNew },
  })
  tell(ctx, row.workflow_id)
  return { leadId, isNew }
}

/** Deletes a submission that was held back, with its files. Throws `request.not_found`. */
export async function deleteQuarantined(ctx: Context, id: string): Promise<void> {
  const gone = await ctx.db.query<{ workflow_id: string; form_id: string; submission_id: string }>(
    `delete from intake.quarantined_submissions where org_id = $1 and id = $2
     returning workflow_id, form_id, submission_id`,
    [ctx.orgId, id],
  )
  const row = gone.rows[0]
  if (!row) throw generalErrors.not_found()
  await dropHeldUploads(ctx, row.form_id, row.submission_id)
  await audit(ctx, { action: 'quarantine.deleted', object: { type: 'quarantined_submission', id } })
  tell(ctx, row.workflow_id)
}

type Act = 'release' | 'delete'

/** Does the same with many; each by itself. */
export async function changeQuarantine(ctx: Context, act: Act, ids: readonly string[]) {
  const outcomes = await eachItem(ctx, ids, async id => {
    if (act === 'release') return (await releaseQuarantined(ctx, id)).leadId
    await deleteQuarantined(ctx, id)
    return null
  })
  const items = outcomes.map((outcome, index) =>
    'problem' in outcome
      ? { index, ok: false, leadId: null, problem: outcome.problem }
      : { index, ok: true, leadId: outcome.value, problem: null },
  )
  const changed = items.filter(item => item.ok).length
  return { items, changed, failed: items.length - changed }
}

/**
 * Holds back from now on whatever the sender of a submission writes. Throws `request.not_found`, and `intake.sender_unknown` for one
 * that was released, whose sender is no longer kept here.
 */
export async function blockSender(ctx: Context, id: string, kind: SenderKind): Promise<SenderRule> {
  const found = await ctx.db.query<{ email_key: string | null; network_hash: string | null }>(
    'select email_key, network_hash from intake.quarantined_submissions where org_id = $1 and id = $2',
    [ctx.orgId, id],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  const { email_key: email, network_hash: network } = row
  if (email === null || (kind === 'network' && network === null)) throw intakeErrors.sender_unknown()
  if (kind === 'network') {
    return decideSender(ctx, { kind, keyHash: network ?? '', value: null, verdict: 'block' })
  }
  return blockAddress(ctx, kind, email)
}
