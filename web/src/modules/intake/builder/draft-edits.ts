/** What can be done to the draft of a form. Pure; each says what it did. */

import type { FieldType } from '#modules/intake/contract.ts'
import type { Draft, DraftEdit, DraftField, DraftPage } from './draft.ts'
import { onPages } from './draft-merge.ts'
import { freeKey, keyOf } from './field-keys.ts'
import { hasOptions, isPrefilled, kindOf } from './field-kinds.ts'

const keysOf = (draft: Draft): ReadonlySet<string> => new Set(draft.fields.map(({ key }) => key))
const said = (label: string) => `“${label.trim() || 'A field'}”`

/** A new field of a type behind another one, at the end when none is named. */
export function withField(draft: Draft, type: FieldType, behind: string | undefined): DraftEdit {
  const { begins } = kindOf(type)
  const key = freeKey(begins.key ?? keyOf(begins.label) ?? 'field', keysOf(draft))
  const at = draft.fields.findIndex(field => field.key === behind)
  const index = at < 0 ? draft.fields.length : at + 1
  const isFirstEmail = type === 'EMAIL' && !draft.fields.some(field => field.type === 'EMAIL')
  const page = draft.fields[index - 1]?.page ?? 0
  const field: DraftField = {
    help: '',
    required: isFirstEmail || type === 'CONSENT',
    validation: {},
    ...begins,
    key,
    type,
    page: at < 0 ? Math.max(0, draft.pages.length - 1) : page,
  }
  return {
    draft: { ...draft, fields: draft.fields.toSpliced(index, 0, field) },
    words: `Added ${said(field.label)}.`,
    open: key,
  }
}

/** A field changed to another; its key stays. */
export function withChange(draft: Draft, key: string, change: Partial<DraftField>): DraftEdit | undefined {
  const before = draft.fields.find(field => field.key === key)
  if (!before) return undefined
  const after = without({ ...before, ...change })
  const [setting] = Object.keys(change)
  return {
    draft: { ...draft, fields: draft.fields.map(field => (field === before ? after : field)) },
    words: `Changed ${said(after.label)}.`,
    mark: `${key} ${setting}`,
  }
}

/** A field without settings that are undefined: what is not there is not sent. */
function without(field: DraftField): DraftField {
  return Object.fromEntries(
    Object.entries(field).filter(([, value]) => value !== undefined),
  ) as unknown as DraftField
}

/** The key of a field changed to another, also where others depend on it. */
export function withKey(draft: Draft, key: string, wish: string): DraftEdit | undefined {
  if (wish === key || keysOf(draft).has(wish) || !keysOf(draft).has(key)) return undefined
  const fields = draft.fields.map(field => {
    const renamed = field.key === key ? { ...field, key: wish } : field
    const { visibleWhen } = renamed
    if (!visibleWhen?.conditions.some(condition => condition.field === key)) return renamed
    const conditions = visibleWhen.conditions.map(condition =>
      condition.field === key ? { ...condition, field: wish } : condition,
    )
    return { ...renamed, visibleWhen: { ...visibleWhen, conditions } }
  })
  return { draft: { ...draft, fields }, words: `The key is ${wish}.`, open: wish, renamed: [key, wish] }
}

/** A field of another type, with the settings that both types have. */
export function withType(draft: Draft, key: string, type: FieldType): DraftEdit | undefined {
  const before = draft.fields.find(field => field.key === key)
  if (!before || before.type === type) return undefined
  const { begins, name } = kindOf(type)
  const { label, help, page, required, visibleWhen, prefill, options } = before
  const after = without({
    key,
    type,
    label,
    help,
    page,
    required: type === 'HIDDEN' ? false : required,
    validation: {},
    visibleWhen: type === 'HIDDEN' ? undefined : visibleWhen,
    prefill: isPrefilled(type) ? prefill : undefined,
    options: hasOptions(type) ? (options ?? begins.options) : undefined,
    text: begins.text,
    purpose: begins.purpose,
  })
  return {
    draft: { ...draft, fields: draft.fields.map(field => (field === before ? after : field)) },
    words: `${said(label)} is ${name.toLowerCase()} now.`,
  }
}

/** Without a field, and without the conditions that ask for its answer. */
export function withoutField(draft: Draft, key: string): DraftEdit | undefined {
  const gone = draft.fields.find(field => field.key === key)
  if (!gone) return undefined
  const freed: string[] = []
  const fields = draft.fields
    .filter(field => field !== gone)
    .map(field => {
      const conditions = field.visibleWhen?.conditions.filter(each => each.field !== key)
      if (conditions === undefined || conditions.length === field.visibleWhen?.conditions.length) return field
      freed.push(said(field.label))
      return without({
        ...field,
        visibleWhen: conditions.length === 0 ? undefined : { ...field.visibleWhen, conditions },
      })
    })
  const index = draft.fields.indexOf(gone)
  const next = fields[index] ?? fields[index - 1]
  const also = freed.length > 0 ? ` ${freed.join(', ')} no longer depends on it.` : ''
  return {
    draft: { ...draft, fields },
    words: `Took out ${said(gone.label)}.${also}`,
    open: next?.key,
  }
}

/** A copy of a field behind it. */
export function withCopy(draft: Draft, key: string): DraftEdit | undefined {
  const index = draft.fields.findIndex(field => field.key === key)
  const field = draft.fields[index]
  if (!field) return undefined
  const copy = { ...field, key: freeKey(key.replace(/_\d+$/, ''), keysOf(draft)) }
  return {
    draft: { ...draft, fields: draft.fields.toSpliced(index + 1, 0, copy) },
    words: `Copied ${said(field.label)}.`,
    open: copy.key,
  }
}

/** What stands in the list of a form: its fields, and the headings of all pages but the first. */
export type Entry =
  | { readonly kind: 'field'; readonly id: string; readonly field: DraftField }
  | { readonly kind: 'page'; readonly id: string; readonly page: DraftPage; readonly index: number }

/** The fields and headings of a draft in their order. */
export function entriesOf({ fields, pages }: Draft): Entry[] {
  const entries: Entry[] = []
  let at = 0
  const open = (to: number) => {
    for (; at < to && at + 1 < pages.length; ) {
      at += 1
      const page = pages[at]
      // A key has no blank in it, so a page is never taken for a field.
      if (page) entries.push({ kind: 'page', id: `page ${at}`, page, index: at })
    }
  }
  for (const field of fields) {
    open(field.page)
    entries.push({ kind: 'field', id: field.key, field })
  }
  open(pages.length - 1)
  return entries
}

/** A draft whose fields and headings stand in another order. */
export function sorted(draft: Draft, entries: readonly Entry[], name: string): DraftEdit {
  const [first] = draft.pages
  const others = entries.flatMap(entry => (entry.kind === 'page' ? entry.page : []))
  let page = 0
  const fields = entries.flatMap(entry => {
    if (entry.kind === 'page') {
      page += 1
      return []
    }
    return entry.field.page === page ? entry.field : { ...entry.field, page }
  })
  return {
    draft: { ...draft, fields, pages: first ? [first, ...others] : draft.pages },
    words: `Moved ${said(name)}.`,
  }
}

/** A new page at the end. */
export function withPage(draft: Draft): DraftEdit {
  const before = draft.pages.length > 0 ? draft.pages : [{ title: 'Page 1', text: '' }]
  const pages = [...before, { title: `Page ${before.length + 1}`, text: '' }]
  return { draft: { ...draft, pages }, words: `Added page ${pages.length}.`, open: null }
}

/** Without a page; its fields go to the one before it. With one page left there are none. */
export function withoutPage(draft: Draft, index: number): DraftEdit | undefined {
  const gone = draft.pages[index]
  if (!gone) return undefined
  const left = draft.pages.filter((_, at) => at !== index)
  const pages = left.length < 2 ? [] : left
  const fields = draft.fields.map(field =>
    field.page >= index && field.page > 0 ? { ...field, page: field.page - 1 } : field,
  )
  return {
    draft: { ...draft, pages, fields: onPages(fields, Math.max(1, pages.length)) },
    words: `Took out the page ${said(gone.title)}.`,
  }
}

/** A setting of the form itself. */
export function withSettings(draft: Draft, change: Partial<Draft>): DraftEdit {
  const [setting] = Object.keys(change)
  return { draft: { ...draft, ...change }, words: 'Changed the page.', mark: `form ${setting}` }
}
