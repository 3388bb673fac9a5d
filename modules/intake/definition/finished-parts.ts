import type { z } from 'zod'
import { FormContent, FormField, formWords } from '../form-definition.ts'
import type { DraftContent, DraftField } from './draft-api.ts'
import { formSettings } from './form-settings.ts'

type Known = { readonly [Name in string]: z.ZodType }

/** What stands where something is still empty that cannot be. */
const BLANK = { name: 'Form', title: 'Form' } as const

/**
 * A draft as far as it can be shown: words and settings that are right, defaults for the others, and the fields that are finished,
 * on pages that are there. `unfinished` takes the place of the other fields; without it they are left out.
 */
export function finishedParts(
  draft: DraftContent,
  unfinished: (field: DraftField, index: number) => FormField | null = () => null,
): FormContent {
  const given: DraftContent = {
    ...draft,
    pages: draft.pages.map((page, index) => ({ ...page, title: page.title.trim() || String(index + 1) })),
  }
  const parts = Object.entries({ ...formWords, ...formSettings } as Known).map(([name, schema]) => {
    const part = schema.safeParse(given[name])
    const blank = Object.hasOwn(BLANK, name) ? BLANK[name as keyof typeof BLANK] : undefined
    return [name, part.success ? part.data : schema.parse(blank)]
  })
  const content = Object.fromEntries(parts) as Omit<FormContent, 'fields'>
  const lastPage = Math.max(content.pages.length - 1, 0)
  const keys = new Set<string>()
  const fields = draft.fields.flatMap((written, index) => {
    const field = { ...written, page: Math.min(written.page, lastPage) }
    const parsed = FormField.safeParse(field)
    if (!parsed.success || keys.has(parsed.data.key)) return unfinished(field, index) ?? []
    keys.add(parsed.data.key)
    return parsed.data
  })
  return { ...content, fields }
}

/** A draft as it would be published, or what is wrong with it. */
export function finished(draft: DraftContent): ReturnType<typeof FormContent.safeParse> {
  return FormContent.safeParse(draft)
}
