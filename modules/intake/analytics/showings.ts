import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { openPage, readFormToken } from '../form-token.ts'
import { currentForm, type PublishedForm, recallForm } from '../published-forms.ts'
import { visitLimit } from '../visits.ts'
import type { ShowingProgress } from './analytics-api.ts'
import { sourceName } from './showing-source.ts'

/** A page reports some times a minute; an office behind one address has many of them open. */
const REPORTS_PER_MINUTE = 600
const takeReport = visitLimit(() => REPORTS_PER_MINUTE)

// A report that comes late, after the form was sent or another report, takes nothing back.
const NOTE = `
  insert into intake.form_showings as s
    (org_id, form_id, submission_id, version, source, device, entered, last_field, started_at)
  select $1, $2, $3, coalesce(f.published_version, f.version), $4, $5, $6, $7, case when $7::text is not null then now() end
  from intake.forms f
  where f.org_id = $1 and f.id = $2 and f.status = 'published' and not exists (
    select from intake.submissions d where d.org_id = $1 and d.form_id = $2 and d.submission_id = $3)
  on conflict (org_id, form_id, submission_id) do update
  set entered = excluded.entered, last_field = excluded.last_field,
    started_at = coalesce(s.started_at, excluded.started_at)
  where s.completed_at is null and cardinality(excluded.entered) >= cardinality(s.entered)`

/**
 * Notes how far somebody has come on a page of a form: each report says all of it, so that one that is lost or late does not
 * matter. Throws `request.not_found`, `request.too_many`, and what is wrong with the token of the page.
 */
export async function noteProgress(
  kit: Kit,
  formKey: string,
  { token, source, device, entered, lastField }: ShowingProgress,
  address: string,
): Promise<void> {
  const form = await recallForm(kit, formKey)
  if (!form) throw generalErrors.not_found()
  takeReport(kit, form.formId, address)
  const { submissionId } = openPage(kit, form.formId, token)
  const known = await fieldsAmong(kit, form, entered)
  const last = lastField !== null && known.includes(lastField) ? lastField : (known.at(-1) ?? null)
  const actor = { type: 'visitor', address: '' } as const
  await inOrganization(kit, { orgId: form.orgId, actor }, async ctx => {
    // What a crash of the database takes back is a few reports of its last second; nobody waits for a disk because of them.
    ctx.db.send('set local synchronous_commit to off')
    ctx.db.send(NOTE, [ctx.orgId, form.formId, submissionId, sourceName(source), device, known, last])
  })
}

/** Those keys that are fields of the form, each once. A key that is new to this process is looked for in the form as it is now. */
async function fieldsAmong(kit: Kit, form: PublishedForm, keys: readonly string[]): Promise<string[]> {
  const among = ({ fields }: PublishedForm) => {
    const asked = new Set(fields.map(({ key }) => key))
    return [...new Set(keys)].filter(key => asked.has(key))
  }
  const known = among(form)
  if (known.length === new Set(keys).size) return known
  const fresh = await currentForm(kit, form.key)
  return fresh ? among(fresh) : known
}

type ShownForm = Pick<PublishedForm, 'formId' | 'version' | 'publishedVersion'>

function versionOf({ publishedVersion, version }: ShownForm): number {
  return publishedVersion ?? version
}

const COMPLETE = `
  insert into intake.form_showings (org_id, form_id, submission_id, version, source, device, completed_at)
  values ($1, $2, $3, $4, $5, 'unknown', now())
  on conflict (org_id, form_id, submission_id) do update set completed_at = now(), is_program = false`

/**
 * Counts the sending of a page, in the transaction of the submission. A page without script is heard of here for the first time;
 * `source` is then where it came from, as its address says. Waits for no answer.
 */
export function completeShowing(ctx: Context, form: ShownForm, submissionId: string, source: string): void {
  ctx.db.send(COMPLETE, [ctx.orgId, form.formId, submissionId, versionOf(form), sourceName(source)])
}

const DISCOUNT = `
  insert into intake.form_showings as s (org_id, form_id, submission_id, version, source, device, is_program)
  values ($1, $2, $3, $4, 'direct', 'unknown', true)
  on conflict (org_id, form_id, submission_id) do update set is_program = true where s.completed_at is null`

/**
 * Takes the showing of a page out of all figures, because a program sent it or it looks like that; when it turns out otherwise it
 * is completed. Waits for no answer.
 */
export function discountShowing(ctx: Context, form: ShownForm, submissionId: string): void {
  ctx.db.send(DISCOUNT, [ctx.orgId, form.formId, submissionId, versionOf(form)])
}

/** The same, for a page by its token, in a transaction of its own. What is no token of the form was no page of it. */
export async function discountPage(kit: Kit, form: PublishedForm, token: string): Promise<void> {
  const page = readFormToken(kit, form.formId, token)
  if (!page) return
  const actor = { type: 'visitor', address: '' } as const
  await inOrganization(kit, { orgId: form.orgId, actor }, async ctx =>
    discountShowing(ctx, form, page.submissionId),
  )
}
