import { EmailAddress } from '#platform/contract/fields.ts'
import { readPayload } from '#platform/webhooks/content.ts'
import { checkAnswers } from '../answers.ts'
import { ANSWER_MAX, type FormField } from '../form-definition.ts'
import type { MappedLead, SourceMapping } from './source-api.ts'

const LIST_MAX = 200
const NAME_KEYS = ['name', 'full_name'] as const
const YES: ReadonlySet<unknown> = new Set(['true', 'on', 'yes', 'y', '1', 1, true])
const NO: ReadonlySet<unknown> = new Set(['false', 'off', 'no', 'n', '0', 0, false])

/** What a mapping makes of a delivery, with the phone number, which is no answer where the form does not ask for it. */
export interface Mapped extends MappedLead {
  readonly phone: string | null
}

/**
 * Reads a lead out of a delivery. What a form asks of its visitors is not asked of other systems: an answer that is
 * missing is missing, one that does not fit is left out and named in `problems`, and the lead is worth more than both. Only
 * the e-mail address is needed; without one `email` is null.
 */
export function mapDelivery(body: unknown, mapping: SourceMapping, form: readonly FormField[]): Mapped {
  const problems: MappedLead['problems'] = []
  const email = emailAt(body, mapping.email)
  if (email === null) problems.push({ field: 'email', message: noEmail(readPayload(body, mapping.email)) })
  const name = mapping.name === null ? null : lineOf(readPayload(body, mapping.name))
  const phone = mapping.phone === null ? null : lineOf(readPayload(body, mapping.phone))
  const given: Record<string, unknown> = {}
  const known = new Map(form.map(field => [field.key, field]))
  for (const [key, path] of Object.entries(mapping.answers)) {
    const field = known.get(key)
    if (!field) problems.push({ field: key, message: 'The form has no such field any more.' })
    else if (!isMappable(field)) {
      problems.push({ field: key, message: 'Only the page of the form can take this.' })
    } else {
      const value = valueFor(field, readPayload(body, path))
      if (value === undefined)
        problems.push({ field: key, message: 'There is a list or an object at this path.' })
      else given[key] = value
    }
  }
  const asked = form.filter(isMappable).map(asWished)
  const first = asked.find(field => field.type === 'EMAIL')
  if (first && email !== null) given[first.key] = email
  const named = asked.find(({ key }) => NAME_KEYS.some(each => each === key))
  if (named && name !== null && given[named.key] == null) given[named.key] = name
  const called = asked.find(field => field.type === 'PHONE')
  if (called && phone !== null && given[called.key] == null) given[called.key] = phone
  const checked = checkAnswers(asked, given)
  for (const { pointer, code, message } of checked.problems) {
    // The address has been spoken of already.
    if (code === 'required' || pointer === `/answers/${first?.key}`) continue
    problems.push({ field: pointer.slice('/answers/'.length), message })
  }
  return { email, name, phone, answers: { ...answered(checked.answers, given, first?.key) }, problems }
}

/** A box nobody spoke of is no answer, though a form takes it for a no. */
function answered(
  answers: Readonly<Record<string, string>>,
  given: Readonly<Record<string, unknown>>,
  emailKey: string | undefined,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(answers).filter(
      ([key, value]) => key === emailKey || value !== 'false' || given[key] != null,
    ),
  )
}

/** Fields that another system can fill in: not those where somebody has to act on the page. */
function isMappable({ type }: FormField): boolean {
  return (type as string) !== 'FILE' && (type as string) !== 'CONSENT'
}

/** The field as it is for somebody who cannot be asked again. */
function asWished(field: FormField): FormField {
  return { ...field, required: false, visibleWhen: undefined } as FormField
}

function emailAt(body: unknown, path: string): string | null {
  const value = lineOf(readPayload(body, path)) ?? ''
  // As mail programs write it: Grace Hopper <grace@example.com>.
  const bare = /<([^<>]+)>$/.exec(value)?.[1] ?? value.replace(/^mailto:/i, '')
  const parsed = EmailAddress.safeParse(bare)
  return parsed.success ? parsed.data : null
}

function noEmail(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'There is no e-mail address at this path.'
  return 'What stands at this path is no e-mail address.'
}

/** A value as one line of text; null for what is none. */
function lineOf(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const text = String(value).replace(/\s+/gu, ' ').trim()
  return text === '' ? null : [...text.slice(0, 2 * 254)].slice(0, 254).join('')
}

/** A value in the spelling that the field reads; null for none, undefined for one that cannot be an answer. */
function valueFor(field: FormField, value: unknown): unknown {
  if (value === undefined || value === null) return null
  const list = Array.isArray(value) ? value.slice(0, LIST_MAX) : [value]
  const texts = list.filter(each => ['string', 'number', 'boolean'].includes(typeof each)).map(String)
  if (texts.length < list.length) return undefined
  const text = texts.join(field.type === 'MULTI_SELECT' ? '\n' : ', ')
  switch (field.type) {
    case 'MULTI_SELECT':
      return choicesIn(texts, field.options)
    case 'CHECKBOX': {
      const word = typeof value === 'string' ? value.trim().toLowerCase() : value
      return YES.has(word) ? true : NO.has(word) ? false : text
    }
    case 'DATE':
      // Other systems send the moment; the day is the one they wrote.
      return /^(\d{4}-\d{2}-\d{2})[T ]/.exec(text)?.[1] ?? text
    case 'TEXT':
      return fitted(
        field.validation.multiline ? text : text.replace(/\s+/gu, ' ').trim(),
        field.validation.maxLength,
      )
    case 'LONG_TEXT':
      return fitted(text, field.validation.maxLength)
    default:
      return text
  }
}

/** The options among the texts, which may be one text with commas between. */
function choicesIn(texts: readonly string[], options: readonly string[]): string[] {
  const [only] = texts
  const isList = texts.length !== 1 || only === undefined || options.includes(only)
  return (isList ? texts : only.split(/\s*[,;\n]\s*/)).map(text => text.trim()).filter(text => text !== '')
}

/** Nobody can be asked for a shorter one. */
function fitted(text: string, max = ANSWER_MAX): string {
  return text.length <= max ? text : text.slice(0, max).toWellFormed()
}
