import { nameMembers } from '#modules/iam/index.ts'
import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import type { FieldProblem } from '#platform/contract/problem.ts'
import { generalErrors } from '#platform/errors.ts'
import { changedMeanwhile, isExpected } from '#platform/http/etags.ts'
import { problemsOf } from '#platform/http/input.ts'
import { newId } from '#platform/ids.ts'
import { intakeErrors } from '../errors.ts'
import type { FormStatus } from '../form-definition.ts'
import { retypedKeys, retypedProblem } from '../form-fields.ts'
import { createForm, urlOfForm, writeForm } from '../forms.ts'
import { DraftContent, type FormDraft } from './draft-api.ts'
import { finished, finishedParts } from './finished-parts.ts'
import { type FormState, isSame, lockState, readState } from './form-state.ts'
import { getVersion } from './form-versions.ts'

type Expected = readonly string[] | null

/** The draft of a form, which is what visitors see while it has no changes of its own. Throws `request.not_found`. */
export async function getDraft(ctx: Context, workflowId: string): Promise<FormDraft> {
  const state = await readState(ctx, workflowId)
  if (!state) throw generalErrors.not_found()
  return draftOf(ctx, state)
}

/** What stands in the draft. */
export function definitionOf({ draft, content }: FormState): DraftContent {
  return draft.definition ?? DraftContent.parse(content)
}

async function draftOf(ctx: Context, state: FormState): Promise<FormDraft> {
  const { draft, status } = state
  const definition = definitionOf(state)
  const [problems, names] = await Promise.all([
    problemsIn(ctx, state.formId, definition),
    nameMembers(ctx, draft.changedBy === null ? [] : [draft.changedBy]),
  ])
  return {
    workflowId: state.workflowId,
    formId: state.formId,
    key: state.key,
    url: urlOfForm(ctx, state.key),
    status,
    revision: draft.revision,
    definition,
    hasChanges: status === 'draft' || differs(state),
    problems,
    publishedVersion: state.publishedVersion,
    publishedAt: state.versionAt?.toISOString() ?? null,
    changedBy: names[0] ? { userId: names[0].userId, name: names[0].name } : null,
    changedAt: draft.changedAt.toISOString(),
  }
}

function differs({ draft, content }: FormState): boolean {
  if (draft.definition === null) return false
  const checked = finished(draft.definition)
  return !checked.success || !isSame(checked.data, content)
}

/** What keeps a draft from being published. */
async function problemsIn(ctx: Context, formId: string, definition: DraftContent): Promise<FieldProblem[]> {
  const checked = finished(definition)
  const problems = checked.success ? [] : problemsOf('body', checked.error)
  const retyped = await retypedKeys(ctx, formId, definition.fields)
  const indexes = retyped.map(key => definition.fields.findIndex(field => field.key === key))
  return [...problems, ...indexes.map(retypedProblem)]
}

/**
 * Saves the draft of a form, unfinished as it may be; a workflow without a form gets one. Throws
 * `request.changed_meanwhile` when the draft is at none of the expected revisions and `request.not_found` for a workflow that
 * does not exist.
 */
export async function saveDraft(
  ctx: Context,
  workflowId: string,
  given: DraftContent,
  expected: Expected,
): Promise<FormDraft> {
  // What belongs to a form as a program saves it is decided elsewhere.
  const { status: _, version: __, ...definition } = given
  const existing = await lockState(ctx, workflowId)
  requireRevision(existing, expected, given)
  if (!existing) await createForm(ctx, workflowId, finishedParts(definition))
  const state = existing ?? (await lockState(ctx, workflowId))
  if (!state) throw generalErrors.not_found()
  if (existing && isSame(definition, definitionOf(existing))) return draftOf(ctx, existing)
  return changeDraft(ctx, state, definition)
}

function requireRevision(state: FormState | null, expected: Expected, sent: object): void {
  const revision = String(state?.draft.revision ?? 0)
  if (isExpected(expected, revision)) return
  throw changedMeanwhile(sent, { version: revision, value: state ? definitionOf(state) : {} })
}

/** The form of a workflow, locked, with the draft at an expected revision. */
async function openState(ctx: Context, workflowId: string, expected: Expected): Promise<FormState> {
  const state = await lockState(ctx, workflowId)
  if (!state) throw generalErrors.not_found()
  requireRevision(state, expected, {})
  return state
}

/** Puts something else into the draft of a locked form; null for what visitors see. */
async function changeDraft(
  ctx: Context,
  state: FormState,
  definition: DraftContent | null,
): Promise<FormDraft> {
  await Promise.all([
    ctx.db.query(
      `insert into intake.form_drafts (org_id, form_id, definition, revision, changed_by) values ($1, $2, $3, 2, $4)
       on conflict (org_id, form_id) do update set definition = excluded.definition,
         revision = form_drafts.revision + 1, changed_by = excluded.changed_by`,
      [
        ctx.orgId,
        state.formId,
        definition === null ? null : JSON.stringify(definition),
        ctx.actor.type === 'user' ? ctx.actor.userId : null,
      ],
    ),
    // Before it is public the draft is what the form says, so whoever read that has read something old.
    state.status === 'draft' && setStatus(ctx, state, 'draft'),
  ])
  tellOthers(ctx, state)
  return getDraft(ctx, state.workflowId)
}

/** Whoever has the form open hears of it. */
function tellOthers(ctx: Context, { workflowId }: FormState): void {
  const subjects = [{ type: 'workflow', id: workflowId }]
  const message = { id: newId(), orgId: ctx.orgId, type: 'form.changed', subjects }
  ctx.db.afterCommit(() => ctx.kit.live.send(message))
}

async function setStatus(ctx: Context, { formId }: FormState, status: FormStatus): Promise<void> {
  await ctx.db.query(
    'update intake.forms set status = $3, version = version + 1 where org_id = $1 and id = $2',
    [ctx.orgId, formId, status],
  )
}

/** Makes the draft what visitors see again. Throws `intake.form_unpublished` where they see nothing yet. */
export async function discardDraft(ctx: Context, workflowId: string, expected: Expected): Promise<FormDraft> {
  const state = await openState(ctx, workflowId, expected)
  requirePublished(state)
  return changeDraft(ctx, state, null)
}

function requirePublished({ status }: FormState): void {
  if (status === 'draft') throw intakeErrors.form_unpublished()
}

/**
 * Makes the draft what visitors see, kept as the next version, and opens the form. Throws `request.invalid` with what is wrong with
 * it, `intake.field_has_answers`, `request.changed_meanwhile` and `request.not_found`.
 */
export async function publishDraft(ctx: Context, workflowId: string, expected: Expected): Promise<FormDraft> {
  const state = await openState(ctx, workflowId, expected)
  const checked = finished(definitionOf(state))
  if (!checked.success) throw generalErrors.invalid({ errors: problemsOf('body', checked.error) })
  if (state.status === 'published' && !differs(state)) return draftOf(ctx, state)
  await writeForm(ctx, state.formId, checked.data, { status: 'published' })
  const draft = await changeDraft(ctx, { ...state, status: 'published' }, null)
  await audit(ctx, {
    action: 'form.published',
    object: { type: 'form', id: state.formId, name: checked.data.name },
    before: { version: state.publishedVersion, status: state.status },
    after: { version: draft.publishedVersion, status: draft.status },
  })
  return draft
}

/** Takes no more answers, or takes them again. Throws `intake.form_unpublished` and `request.not_found`. */
export async function setOpen(
  ctx: Context,
  workflowId: string,
  isOpen: boolean,
  expected: Expected,
): Promise<FormDraft> {
  const state = await openState(ctx, workflowId, expected)
  requirePublished(state)
  const status = isOpen ? 'published' : 'closed'
  if (state.status === status) return draftOf(ctx, state)
  await setStatus(ctx, state, status)
  await audit(ctx, {
    action: isOpen ? 'form.reopened' : 'form.closed',
    object: { type: 'form', id: state.formId, name: state.content.name },
    before: { status: state.status },
    after: { status },
  })
  tellOthers(ctx, state)
  return getDraft(ctx, workflowId)
}

/** Makes a version the draft. Throws `request.not_found` and `request.changed_meanwhile`. */
export async function restoreVersion(
  ctx: Context,
  workflowId: string,
  number: number,
  expected: Expected,
): Promise<FormDraft> {
  const state = await openState(ctx, workflowId, expected)
  const { definition } = await getVersion(ctx, workflowId, number)
  return changeDraft(ctx, state, definition)
}

/** Puts fields at the end of the draft, on its last page. Throws as `saveDraft`. */
export async function addToDraft(
  ctx: Context,
  workflowId: string,
  find: (state: FormState) => Promise<object>,
  expected: Expected,
): Promise<FormDraft> {
  const state = await openState(ctx, workflowId, expected)
  const field = await find(state)
  const definition = definitionOf(state)
  const page = Math.max(definition.pages.length - 1, 0)
  const fields = [...definition.fields, { ...field, page }]
  return changeDraft(ctx, state, DraftContent.parse({ ...definition, fields }))
}
