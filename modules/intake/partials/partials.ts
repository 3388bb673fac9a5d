import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { EmailAddress } from '#platform/contract/fields.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { enqueue } from '#platform/jobs/kinds.ts'
import { wordsIn } from '../definition/words/languages.ts'
import { intakeErrors } from '../errors.ts'
import { openPage, readFormToken } from '../form-token.ts'
import { currentForm, openForm, type PublishedForm } from '../published-forms.ts'
import { visitLimit } from '../visits.ts'
import { ABANDONED_AFTER_MINUTES, tellAbandoned } from './abandonment.ts'
import { continueUrl, readContinueKey } from './continue-key.ts'
import { PARTIAL_KEPT_DAYS, type PartialAnswers } from './partials-api.ts'

/** A page keeps answers every few seconds; some pages may be open behind one address. */
const KEPT_PER_MINUTE = 120
const BYTES_MAX = 65_536
/** What is kept of one form at a time; beyond it somebody is filling the disk and not a form. */
const PARTIALS_MAX = 10_000

const takeTurn = visitLimit(() => KEPT_PER_MINUTE)

function visitorOf(form: PublishedForm, address: string) {
  return { orgId: form.orgId, actor: { type: 'visitor', address } } as const
}

/** What a tick agrees to on the page of a form. */
export function partialsSentence({ partialsText, language }: PublishedForm): string {
  return partialsText || wordsIn(language).keepAnswers
}

const CHANGE = `
  update intake.partial_submissions
  set answers = $4::jsonb, email_key = lower($5::text), last_field = $6, consent_text = $7, saved_at = now()
  where org_id = $1 and form_id = $2 and submission_id = $3`

// The submission is looked at in the same statement: what was sent is not kept once more.
const INSERT = `
  insert into intake.partial_submissions (org_id, form_id, submission_id, answers, email_key, last_field, consent_text)
  select $1, $2, $3, $4::jsonb, lower($5::text), $6, $7
  where not exists (
      select from intake.submissions s where s.org_id = $1 and s.form_id = $2 and s.submission_id = $3)
    and (select count(*) from (
      select from intake.partial_submissions o where o.org_id = $1 and o.form_id = $2 limit ${PARTIALS_MAX}) kept) < ${PARTIALS_MAX}
  on conflict (org_id, form_id, submission_id) do update set answers = excluded.answers, saved_at = now()`

/**
 * Keeps the answers of a page that is not sent yet and returns the address that goes on with them. Throws `request.not_found`,
 * `intake.form_closed`, `intake.partials_refused` for a form that keeps none, or that has as many as it may, `intake.partial_sent`,
 * `request.too_many`, `request.too_large`, and what is wrong with the token.
 */
export async function keepPartialAnswers(
  kit: Kit,
  formKey: string,
  { token, answers, lastField }: PartialAnswers,
  address: string,
): Promise<string> {
  const form = openForm(await currentForm(kit, formKey))
  takeTurn(kit, form.formId, address)
  if (!form.keepsPartials) throw intakeErrors.partials_refused()
  const { submissionId } = openPage(kit, form.formId, token)
  const kept = keptOf(form, answers)
  const json = JSON.stringify(kept)
  if (Buffer.byteLength(json) > BYTES_MAX) throw generalErrors.too_large()
  const last = lastField !== null && form.fields.some(({ key }) => key === lastField) ? lastField : null
  await inOrganization(kit, visitorOf(form, address), async ctx => {
    const values = [
      ctx.orgId,
      form.formId,
      submissionId,
      json,
      emailIn(form, kept),
      last,
      partialsSentence(form),
    ]
    const changed = await ctx.db.query(CHANGE, values)
    if (changed.rowCount !== 0) return
    const inserted = await ctx.db.query(INSERT, values)
    if (inserted.rowCount === 0) throw await refusal(ctx, form.formId, submissionId)
    await enqueue(ctx, tellAbandoned, {
      key: newId(),
      payload: { formId: form.formId, submissionId },
      runAt: new Date(ctx.clock.now().getTime() + ABANDONED_AFTER_MINUTES * 60_000),
    })
  })
  return continueUrl(kit, form, submissionId)
}

async function refusal(ctx: Context, formId: string, submissionId: string) {
  const sent = await ctx.db.query(
    'select 1 from intake.submissions where org_id = $1 and form_id = $2 and submission_id = $3',
    [ctx.orgId, formId, submissionId],
  )
  return sent.rows.length > 0 ? intakeErrors.partial_sent() : intakeErrors.partials_refused()
}

type Answers = PartialAnswers['answers']

/** What a tick agrees to is agreed to by sending, and a file has its own keeping. */
const NOT_KEPT: readonly string[] = ['CONSENT', 'FILE']

/** The answers to fields of the form that may be kept, without what is empty. */
function keptOf(form: PublishedForm, answers: Answers): Answers {
  const kept: Answers = {}
  for (const { key, type } of form.fields) {
    const answer = Object.hasOwn(answers, key) ? answers[key] : undefined
    if (answer === undefined || answer === false || NOT_KEPT.includes(type)) continue
    if (answer !== true && answer.length === 0) continue
    kept[key] = answer
  }
  return kept
}

/** The address of the person, once a whole one stands where the form asks for it. */
function emailIn(form: PublishedForm, answers: Answers): string | null {
  const field = form.fields.find(({ type }) => type === 'EMAIL')
  const parsed = EmailAddress.safeParse(field ? answers[field.key] : undefined)
  return parsed.success ? parsed.data : null
}

const FORGET =
  'delete from intake.partial_submissions where org_id = $1 and form_id = $2 and submission_id = $3'

/** Forgets what was kept of a submission, in the transaction that stores it. Waits for no answer. */
export function forgetPartial(ctx: Context, formId: string, submissionId: string): void {
  ctx.db.send(FORGET, [ctx.orgId, formId, submissionId])
}

/** Forgets what a page kept, however old the page is. Throws `request.not_found`, `request.too_many`, `intake.token_invalid`. */
export async function withdrawPartialAnswers(
  kit: Kit,
  formKey: string,
  token: string,
  address: string,
): Promise<void> {
  const form = await currentForm(kit, formKey)
  if (!form) throw generalErrors.not_found()
  takeTurn(kit, form.formId, address)
  const page = readFormToken(kit, form.formId, token)
  if (!page) throw intakeErrors.token_invalid()
  await inOrganization(kit, visitorOf(form, address), async ctx =>
    forgetPartial(ctx, form.formId, page.submissionId),
  )
}

/** Kept answers as a page shows them: the submission they belong to, and texts by the keys of fields. */
export interface KeptAnswers {
  readonly submissionId: string
  readonly values: Readonly<Record<string, string>>
}

/** What a parameter of the address leads to; null when it is no key of ours or nothing is kept any more. */
export async function findKeptAnswers(
  kit: Kit,
  form: PublishedForm,
  parameter: unknown,
): Promise<KeptAnswers | null> {
  const submissionId = readContinueKey(kit, form.formId, parameter)
  if (submissionId === null) return null
  const found = await inOrganization(kit, visitorOf(form, ''), ctx =>
    ctx.db.query<{ answers: Answers }>(
      `select answers from intake.partial_submissions
       where org_id = $1 and form_id = $2 and submission_id = $3
         and saved_at > now() - make_interval(days => ${PARTIAL_KEPT_DAYS})`,
      [ctx.orgId, form.formId, submissionId],
    ),
  )
  const [row] = found.rows
  if (!row) return null
  const values = Object.entries(row.answers).map(([key, answer]) => [key, textOf(answer)])
  return { submissionId, values: Object.fromEntries(values) }
}

function textOf(answer: Answers[string]): string {
  if (typeof answer === 'string') return answer
  return answer === true ? 'true' : answer === false ? '' : answer.join('\n')
}
