import { organizationBranding } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { Answer } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import type { DraftField } from '../definition/draft-api.ts'
import { definitionOf } from '../definition/drafts.ts'
import { finishedParts } from '../definition/finished-parts.ts'
import { readState } from '../definition/form-state.ts'
import { wordsIn } from '../definition/words/languages.ts'
import type { FormField } from '../form-definition.ts'
import { type PublishedForm, saidInLanguage } from '../published-forms.ts'
import { renderFormPage, renderThanksPage } from './form-page.ts'
import { prefilled } from './prefill.ts'

/** Only the app shows it, and it sends nothing anywhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'self'; form-action 'none'"

/**
 * The page of a form, or that of the thanks, as its draft would make it, with a place for what is not finished. Throws
 * `request.not_found`.
 */
export async function renderPreview(
  ctx: Context,
  workflowId: string,
  { isThanks }: { isThanks: boolean },
): Promise<Answer> {
  const [state, brand] = await Promise.all([readState(ctx, workflowId), organizationBranding(ctx)])
  if (!state) throw generalErrors.not_found()
  const draft = definitionOf(state)
  const { unfinished } = wordsIn(draft.language)
  const content = finishedParts(draft, (field, index) => placeFor(field, index, unfinished))
  const form: PublishedForm = {
    orgId: ctx.orgId,
    formId: state.formId,
    workflowId,
    key: state.key,
    version: state.version,
    publishedVersion: state.publishedVersion,
    status: state.status,
    ...content,
    ...saidInLanguage(content),
    fields: content.fields.map(field => ({ ...field, id: newId() })),
  }
  const values = prefilled(form.fields, {})
  const text = isThanks
    ? renderThanksPage(form, brand)
    : renderFormPage({ form, brand, captcha: null, token: '', values, problems: [], isPreview: true })
  return new Answer(200, text, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
  })
}

/** What stands where a question is not finished yet. */
function placeFor({ label, page }: DraftField, index: number, unfinished: string): FormField {
  return {
    type: 'TEXT',
    key: `unfinished_${index}`,
    label: label.trim() || unfinished,
    help: label.trim() === '' ? '' : unfinished,
    required: false,
    page,
    validation: {},
  }
}
