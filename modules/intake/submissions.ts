import { upsertPersonByEmail } from '#modules/crm/index.ts'
import { isOrganizationClosed } from '#modules/iam/index.ts'
import { type Context, contextOn, inOrganization, type Kit } from '#platform/context.ts'
import { constraintOf } from '#platform/db/database.ts'
import { type Outcome, Together } from '#platform/db/together.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { faultPoint } from '#platform/faults.ts'
import { newId } from '#platform/ids.ts'
import { standInLine } from '#platform/pressure.ts'
import { completeShowing } from './analytics/showings.ts'
import { checkAnswers } from './answers.ts'
import { type Arrival, announceArrival, storeArrival, storingArrivals } from './arrivals.ts'
import { recordGivenConsents, textVersion, versionOf } from './definition/given-consents.ts'
import { intakeErrors } from './errors.ts'
import { formSubmitted } from './events.ts'
import { type Identity, identityOf } from './identity.ts'
import { forgetPartial } from './partials/partials.ts'
import {
  currentForm,
  isVersionCurrent,
  loadForm,
  openForm,
  type PublishedForm,
  recallForm,
} from './published-forms.ts'
import {
  admit,
  type Examined,
  examine,
  HeldBack,
  holdBack,
  ProtectionChanged,
  takeOut,
} from './spam/admission.ts'
import { type Suspicion, suspect } from './spam/judge.ts'
import type { Manner } from './spam/signs.ts'
import { hashOfAnswers } from './submission-hash.ts'
import { attachUploads, claimUploads, hasFiles } from './uploads/uploads.ts'

/** One act of sending a form. */
export interface FormSubmission {
  readonly formKey: string
  /** A random id: the same act sent again has the same. */
  readonly submissionId: string
  /** By field key, as they came. */
  readonly answers: Readonly<Record<string, unknown>>
  /** Where it came from. */
  readonly address: string
  readonly requestId?: string
  /** Set when it came from a page of ours; `source` is where that came from, as far as its address says. */
  readonly page?: { readonly source: string } | undefined
  /** How it was sent, to be judged by; left out for what is to be taken as it is. */
  readonly manner?: Manner | undefined
}

export interface AcceptedSubmission {
  readonly form: PublishedForm
  /** Null for what was held back, and for the repeat of a submission whose lead was deleted since. */
  readonly leadId: string | null
  /** Whether it made the lead; false for an address the workflow knew and for a repeat. */
  readonly isNew: boolean
}

/** An arrival by an act of sending; what its entry keeps stands beside the answers. */
export interface SubmissionArrival extends Arrival {
  /** Whether it counts as the form being sent, which is published and starts the workflow. */
  readonly isSubmission: boolean
}

/** One act of sending, checked. */
export interface CheckedSubmission {
  /** The same act has the same id, and happens once. */
  readonly submissionId: string
  readonly answers: Readonly<Record<string, string>>
  /** What its answers were compared by when they came, where that was before. */
  readonly contentHash?: Buffer | undefined
  readonly arrival: SubmissionArrival
  /** Set when it came from a page of ours, whose showing it completes. */
  readonly page?: FormSubmission['page']
  /** What is known of how it was sent, for what may have to be held back. */
  readonly examined?: Examined | undefined
}

/** How a lead comes in by the page of its form. */
export function throughForm(who: Identity): SubmissionArrival {
  return {
    source: 'form',
    who,
    kind: 'FORM_SUBMITTED',
    words: ['Sent the form', 'Sent the form again'],
    actor: 'visitor',
    isSubmission: true,
  }
}

/** The form was saved between reading it and storing the answers. */
class FormChanged extends Error {}

const TRIES_MAX = 5

/** Whether the same act comes out right on another try: the form was saved, or its first column or a field taken away, just now. */
function isOutdated(error: unknown): boolean {
  return (
    error instanceof FormChanged ||
    error instanceof ProtectionChanged ||
    ['leads_status', 'lead_values_field'].includes(constraintOf(error) ?? '')
  )
}

/**
 * Takes the answers to a published form: person, lead, values, lead event, the events `lead.created` and
 * `form.submitted` and what reacts to them in the same transaction either all exist or none does.
 *
 * An address that the workflow knows adds an event to its lead and fills in what was not answered before. The same
 * submission sent again does nothing and is answered like the first. Throws `request.not_found`, `intake.form_closed`,
 * `request.invalid` with a pointer for each wrong answer, and `intake.submission_reused` for other answers under the id
 * of a submission that has arrived. What looks as if nobody meant it is held back, and answered alike; a page that can is asked
 * for a proof of work first, by `intake.proof_needed`.
 */
export async function submitForm(kit: Kit, submission: FormSubmission): Promise<AcceptedSubmission> {
  let form = await recallForm(kit, submission.formKey)
  let suspicion: Suspicion | undefined
  for (let attempt = 1; ; attempt++) {
    const checked =
      form?.status === 'published' ? checkAnswers(form.fields, submission.answers, form.language) : null
    if (!form || !checked || checked.problems.length > 0) {
      // What is remembered may be old; nobody is refused because of it.
      const fresh = form && (await currentForm(kit, submission.formKey))
      if (fresh && fresh !== form && attempt < TRIES_MAX) {
        form = fresh
        continue
      }
      openForm(fresh)
      throw generalErrors.invalid({ errors: checked?.problems ?? [] })
    }
    const known = form
    const { address, manner, submissionId, page, requestId = newId() } = submission
    const sent = manner && { form: known, answers: checked.answers, address, manner }
    suspicion ??= sent && suspect(kit, sent)
    try {
      const examined = sent && suspicion && (await examine(kit, sent, suspicion))
      const arrival = throughForm(identityOf(known.fields, checked.answers))
      const arrived = { submissionId, answers: checked.answers, arrival, page, examined }
      return await storeAlong(kit, known, { submission: arrived, address, requestId })
    } catch (error) {
      if (error instanceof HeldBack) {
        await holdBack(kit, error, { submissionId, requestId })
        return { form: known, leadId: null, isNew: false }
      }
      if (!isOutdated(error) || attempt >= TRIES_MAX) throw error
      form = await loadForm(kit, submission.formKey)
    }
  }
}

/**
 * All that submissions write of their own, in one statement. The submission decides: when its id is known, the other
 * parts have nothing to work on. A concurrent repeat waits at its row until the first has committed.
 */
const STORE = storingArrivals({
  gate: {
    sql: `insert into intake.submissions (org_id, form_id, submission_id, content_hash)
      select $1, (a.own->>'formId')::uuid, (a.own->>'submissionId')::uuid, decode(a.own->>'hash', 'hex')
      from asked a order by 3 on conflict do nothing returning form_id, submission_id`,
    passes: `g.form_id = (a.own->>'formId')::uuid and g.submission_id = (a.own->>'submissionId')::uuid`,
    one: own => String(own.submissionId),
  },
  answers: `
    select * from jsonb_to_recordset(a.own->'answers') as answer (field_id uuid, value text, text_version int)`,
})

/**
 * Stores an act of sending in the caller's transaction, whichever way it came in: person, lead, answers, entry in the history and
 * events. Throws `intake.form_closed`, `intake.submission_reused`, and `FormChanged` when the form was saved since it was read.
 */
export async function storeSubmission(
  ctx: Context,
  form: PublishedForm,
  submission: CheckedSubmission,
): Promise<AcceptedSubmission> {
  await requireOpen(ctx, form)
  return store(ctx, form, submission)
}

/** Throws `intake.form_closed` where the organization takes nothing, and `FormChanged` when the form was saved since it was read. */
async function requireOpen(ctx: Context, form: PublishedForm): Promise<void> {
  const [isCurrent, isClosed] = await Promise.all([isVersionCurrent(ctx, form), isOrganizationClosed(ctx)])
  if (isClosed) throw intakeErrors.form_closed()
  if (!isCurrent) throw new FormChanged()
}

/** A submission on its way from a visitor, and who is told what became of it. */
interface Visit {
  readonly submission: CheckedSubmission
  readonly address: string
  readonly requestId: string
}

/** Submissions of a form that are stored in one commit, with those of the same moment. */
const queues = new WeakMap<PublishedForm, Together<Visit, AcceptedSubmission>>()

/** Stores a visitor's submission in a transaction with those that come at the same time. Throws as `storeSubmission`, and `HeldBack`. */
function storeAlong(kit: Kit, form: PublishedForm, visit: Visit): Promise<AcceptedSubmission> {
  const queue = queues.get(form) ?? new Together(visits => storeVisits(kit, form, visits))
  queues.set(form, queue)
  return standInLine(kit, queue.add(visit))
}

/**
 * One transaction for all. Those that are held back leave before anything is written; whatever else fails, fails the
 * transaction.
 */
function storeVisits(
  kit: Kit,
  form: PublishedForm,
  visits: readonly Visit[],
): Promise<readonly Outcome<AcceptedSubmission>[]> {
  const { orgId } = form
  const actor = { type: 'visitor', address: '' } as const
  return inOrganization(kit, { orgId, actor, plans: 'kept' }, async ({ db }) => {
    const contexts = visits.map(({ address, requestId }) =>
      contextOn(kit, db, { orgId, actor: { type: 'visitor', address }, requestId }),
    )
    const [admitted] = await Promise.all([
      Promise.allSettled(
        contexts.map(async (ctx, place) => {
          const { submission } = visits[place] as Visit
          if (submission.examined) await admit(ctx, submission.examined)
          return () => store(ctx, form, submission)
        }),
      ),
      requireOpen(contexts[0] as Context, form),
    ])
    return Promise.all(
      admitted.map(
        async (outcome): Promise<Outcome<AcceptedSubmission>> =>
          outcome.status === 'rejected' ? outcome : { status: 'fulfilled', value: await outcome.value() },
      ),
    )
  })
}

async function store(
  ctx: Context,
  form: PublishedForm,
  { submissionId, answers: given, contentHash, arrival, page, examined }: CheckedSubmission,
): Promise<AcceptedSubmission> {
  const hash = contentHash ?? hashOfAnswers(given)
  const { who, source } = arrival
  const { workflowId } = form
  const person = await upsertPersonByEmail(ctx, { ...who.person, email: who.email, source })
  const files = hasFiles(form, given) ? await claimUploads(ctx, form, submissionId, given) : null
  const answers = files?.answers ?? given
  const answered = form.fields.filter(field => answers[field.key] !== undefined)
  faultPoint('submission.before_store')
  const metadata = {
    formId: form.formId,
    formVersion: versionOf(form),
    submissionId,
    answers,
    ...arrival.metadata,
  }
  const row = await storeArrival(
    ctx,
    STORE,
    { workflowId, personId: person.personId, arrival: { ...arrival, metadata } },
    {
      formId: form.formId,
      submissionId,
      hash: hash.toString('hex'),
      answers: answered.map(field => ({
        field_id: field.id,
        value: answers[field.key],
        text_version: textVersion(form, field),
      })),
    },
  )
  if (!row) return repeated(ctx, form, submissionId, hash, who.email)
  if (files) attachUploads(ctx, files.ids, { leadId: row.id, submissionId })
  faultPoint('submission.after_store')
  if (examined) takeOut(ctx, examined, submissionId)
  if (page) completeShowing(ctx, form, submissionId, page.source)
  if (form.keepsPartials) forgetPartial(ctx, form.formId, submissionId)
  const agreed = { personId: row.person_id, submissionId, answers, source }
  await ctx.db.inTurn(() => recordGivenConsents(ctx, form, agreed))
  const { subjects } = await announceArrival(ctx, row, workflowId, who)
  if (arrival.isSubmission) {
    const about = { formId: form.formId, workflowId, leadId: row.id, personId: row.person_id }
    const payload = { ...about, isNew: row.is_new, answers: { ...answers } }
    await publish(ctx, formSubmitted, { subjects, payload })
  }
  faultPoint('submission.before_commit')
  ctx.db.afterCommit(() => faultPoint('submission.after_commit'))
  return { form, leadId: row.id, isNew: row.is_new }
}

/** The answer to a submission whose id is known: as the first time, when it says the same. */
async function repeated(
  ctx: Context,
  form: PublishedForm,
  submissionId: string,
  hash: Buffer,
  email: string,
): Promise<AcceptedSubmission> {
  const found = await ctx.db.query<{ content_hash: Buffer; lead_id: string | null }>(
    `select s.content_hash, l.id as lead_id
     from intake.submissions s
     left join intake.leads l on l.org_id = $1 and l.workflow_id = $4 and l.email_key = lower($5::text) and l.deleted_at is null
     where s.org_id = $1 and s.form_id = $2 and s.submission_id = $3`,
    [ctx.orgId, form.formId, submissionId, form.workflowId, email],
  )
  const row = found.rows[0]
  if (!row?.content_hash.equals(hash)) throw intakeErrors.submission_reused()
  return { form, leadId: row.lead_id, isNew: false }
}
