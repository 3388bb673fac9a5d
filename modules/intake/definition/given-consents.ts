import { recordConsent } from '#modules/crm/index.ts'
import type { Context } from '#platform/context.ts'
import type { FormField } from '../form-definition.ts'
import type { PublishedForm } from '../published-forms.ts'

/** What crm keeps of the words that were agreed to, in characters. The version of the form has them in full. */
const EVIDENCE_MAX = 2000

type ConsentField = Extract<FormField, { type: 'CONSENT' }>

/** The number that people know a form's version by; that of its changes for a form from before versions were kept. */
export function versionOf({ publishedVersion, version }: PublishedForm): number {
  return publishedVersion ?? version
}

/** Of the answer to a consent the version of the form whose text was agreed to, of another null. */
export function textVersion(form: PublishedForm, { type }: FormField): number | null {
  return type === 'CONSENT' ? form.publishedVersion : null
}

/**
 * Writes down with a person which uses of their data they agreed to by sending a form, with the words and where these stand. A
 * box that was left empty takes nothing back.
 */
export async function recordGivenConsents(
  ctx: Context,
  form: PublishedForm,
  {
    personId,
    submissionId,
    answers,
    source,
  }: {
    readonly personId: string
    readonly submissionId: string
    readonly answers: Readonly<Record<string, string>>
    readonly source: string
  },
): Promise<void> {
  for (const field of form.fields) {
    if (field.type !== 'CONSENT' || field.purpose === null || answers[field.key] !== 'true') continue
    await recordConsent(ctx, personId, {
      purpose: field.purpose,
      isGiven: true,
      source,
      evidence: evidenceOf(form, field, submissionId),
    })
  }
}

function evidenceOf(form: PublishedForm, field: ConsentField, submissionId: string): string {
  const place = `Form “${form.title}”, version ${versionOf(form)}, field ${field.key}, submission ${submissionId}: `
  const room = EVIDENCE_MAX - place.length
  return place + (field.text.length > room ? `${field.text.slice(0, room - 1)}…` : field.text)
}
