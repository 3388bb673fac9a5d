/** What differs between two forms, as people say it. Pure. */

import type { Draft, DraftField } from './draft.ts'
import { isSame } from './draft-merge.ts'

export interface DraftChange {
  readonly kind: 'added' | 'removed' | 'changed'
  readonly words: string
  /** The key of the field it is about. */
  readonly field?: string | undefined
}

const SETTINGS: Readonly<Record<string, string>> = {
  name: 'the name of the form',
  title: 'the heading',
  intro: 'the introduction',
  submitLabel: 'the words of the button',
  thankYouTitle: 'the heading of the thanks',
  thankYouText: 'the text of the thanks',
  redirectUrl: 'the page after sending',
  language: 'the language',
  pages: 'the pages',
  theme: 'the look',
  embed: 'where it may be shown',
  keepsPartials: 'whether answers are kept before sending',
  partialsText: 'the words about keeping answers',
}
const FIELD_SETTINGS: Readonly<Record<string, string>> = {
  type: 'type',
  label: 'question',
  help: 'help text',
  required: 'whether it is required',
  validation: 'rules',
  options: 'options',
  visibleWhen: 'when it is asked',
  prefill: 'what fills it in',
  text: 'what is agreed to',
  purpose: 'the use of data that is agreed to',
  page: 'page',
}

/** What a setting of a field, or of the form where no field is meant, is called. */
export function settingWords(setting: string, ofField: boolean): string {
  return (ofField ? FIELD_SETTINGS : SETTINGS)[setting] ?? 'a setting'
}

/** What leads from one form to the other; nothing that stands in both alike. */
export function draftChanges(before: Draft, after: Draft): DraftChange[] {
  const changes: DraftChange[] = []
  const [old, now] = [before, after].map(({ fields }) => new Map(fields.map(field => [field.key, field])))
  for (const field of after.fields) {
    const was = old?.get(field.key)
    if (!was) changes.push({ kind: 'added', words: `${nameOf(field)} is asked`, field: field.key })
    else if (!isSame(was, field)) changes.push(changeOf(was, field))
  }
  for (const field of before.fields) {
    if (!now?.has(field.key)) changes.push({ kind: 'removed', words: `${nameOf(field)} is no longer asked` })
  }
  if (orderOf(before, now) !== orderOf(after, old))
    changes.push({ kind: 'changed', words: 'The fields stand in another order' })
  const settings = differing(before, after, ['fields']).map(setting => SETTINGS[setting] ?? 'a setting')
  for (const words of new Set(settings)) changes.push({ kind: 'changed', words: `Another value: ${words}` })
  return changes
}

function changeOf(was: DraftField, field: DraftField): DraftChange {
  if (was.label !== field.label && differing(was, field, ['label']).length === 0) {
    return { kind: 'changed', words: `${nameOf(was)} asks ${nameOf(field)}`, field: field.key }
  }
  const settings = differing(was, field, []).map(setting => FIELD_SETTINGS[setting] ?? 'a setting')
  return {
    kind: 'changed',
    words: `${nameOf(field)}: ${[...new Set(settings)].join(', ')}`,
    field: field.key,
  }
}

const nameOf = ({ label, key }: DraftField) => `“${label.trim() || key}”`

function differing(before: object, after: object, except: readonly string[]): string[] {
  const [a, b] = [before as Record<string, unknown>, after as Record<string, unknown>]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    setting => !except.includes(setting) && !isSame(a[setting], b[setting]),
  )
}

function orderOf({ fields }: Draft, among: ReadonlyMap<string, DraftField> | undefined): string {
  return fields.flatMap(({ key }) => (among?.has(key) ? key : [])).join(' ')
}
