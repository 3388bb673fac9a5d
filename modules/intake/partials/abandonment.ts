import { z } from 'zod'
import { forEachOrganization } from '#modules/iam/index.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { publish } from '#platform/events/publish.ts'
import { defineJob, RetryLater } from '#platform/jobs/kinds.ts'
import { formAbandoned } from '../events.ts'
import { continueUrl } from './continue-key.ts'
import { PARTIAL_KEPT_DAYS } from './partials-api.ts'

/** How long nobody goes on with answers until the form counts as left. */
export const ABANDONED_AFTER_MINUTES = 30

const actor = { type: 'system', name: 'forms' } as const

interface DueRow {
  email_key: string | null
  last_field: string | null
  answered: number
  wait_ms: number
  is_told: boolean
  workflow_id: string
  key: string
  is_sent: boolean
}

// Whoever sent the form otherwise meanwhile, such as on another device, has not left it.
const LOCK = `
  select p.email_key, p.last_field, p.abandoned_at is not null as is_told, f.workflow_id,
    (select count(*)::int from jsonb_object_keys(p.answers)) as answered,
    extract(epoch from p.saved_at + interval '${ABANDONED_AFTER_MINUTES} minutes' - now())::float8 * 1000 as wait_ms,
    (select k.key from intake.form_keys k where k.org_id = $1 and k.form_id = $2 order by k.created_at desc limit 1) as key,
    exists (
      select from intake.leads l where l.org_id = $1 and l.workflow_id = f.workflow_id and l.email_key = p.email_key
        and l.deleted_at is null and l.last_submitted_at >= p.created_at) as is_sent
  from intake.partial_submissions p
  join intake.forms f on f.org_id = $1 and f.id = $2
  where p.org_id = $1 and p.form_id = $2 and p.submission_id = $3
  for update of p`

/** Publishes `form.abandoned` for kept answers that nobody went on with for half an hour, once. */
export const tellAbandoned = defineJob({
  kind: 'intake.tell_abandoned',
  payload: z.strictObject({ formId: Id, submissionId: Id }),
  attemptsMax: 20,
  timeoutMs: 60_000,
  async run({ kit, orgId, payload: { formId, submissionId } }) {
    const waitMs = await inOrganization(kit, { orgId, actor }, ctx => tell(ctx, formId, submissionId))
    if (waitMs > 0) throw new RetryLater('Somebody is still writing.', waitMs)
  },
})

/** Milliseconds until it may be time; 0 when it is done or there is nothing to tell. */
async function tell(ctx: Context, formId: string, submissionId: string): Promise<number> {
  const found = await ctx.db.query<DueRow>(LOCK, [ctx.orgId, formId, submissionId])
  const row = found.rows[0]
  // Sent or taken back meanwhile, or told before a crash of whoever told it.
  if (!row || row.is_told) return 0
  if (row.wait_ms > 0) return Math.ceil(row.wait_ms)
  await ctx.db.query(
    'update intake.partial_submissions set abandoned_at = now() where org_id = $1 and form_id = $2 and submission_id = $3',
    [ctx.orgId, formId, submissionId],
  )
  if (row.is_sent) return 0
  await publish(ctx, formAbandoned, {
    subjects: [{ type: 'workflow', id: row.workflow_id }],
    payload: {
      formId,
      workflowId: row.workflow_id,
      partialId: submissionId,
      email: row.email_key,
      lastField: row.last_field,
      answered: row.answered,
      continueUrl: continueUrl(ctx.kit, { formId, key: row.key }, submissionId),
    },
  })
  return 0
}

/** Forgets the answers whose time is over, of every organization. */
export async function forgetOldPartials(kit: Kit): Promise<void> {
  await forEachOrganization(kit, orgId =>
    kit.db.withOrg(orgId, async tx => {
      await tx.query(
        `delete from intake.partial_submissions
         where org_id = $1 and saved_at < now() - make_interval(days => ${PARTIAL_KEPT_DAYS})`,
        [orgId],
      )
    }),
  )
}
