import type { z } from 'zod'
import { FormContent, FormField, formWords } from '../form-definition.ts'
import type { DraftContent } from './draft-api.ts'
import { formSettings } from './form-settings.ts'

type Known = { readonly [Name in string]: z.ZodType }

/** What stands where something is still empty that cannot be. */
const BLANK = { name: 'Form', title: 'Form' } as const

/**
 * A draft as far as it can be shown: words and settings that are right, defaults for the others, and the fields that are finished.
 * `unfinished` takes the place of the others; without it they are left out.
 */
export function finishedParts(
  draft: DraftContent,
  unfinished: (index: number) => FormField | null = () => null,
): FormContent {
  const parts = Object.entries({ ...formWords, ...formSettings } as Known).map(([name, schema]) => {
    const given = schema.safeParse(draft[name])
    const blank = Object.hasOwn(BLANK, name) ? BLANK[name as keyof typeof BLANK] : undefined
    return [name, given.success ? given.data : schema.parse(blank)]
  })
  const keys = new Set<string>()
  const fields = draft.fields.flatMap((field, index) => {
    const given = FormField.safeParse(field)
    if (!given.success || keys.has(given.data.key)) return unfinished(index) ?? []
    keys.add(given.data.key)
    return given.data
  })
  return { ...Object.fromEntries(parts), fields } as FormContent
}

/** A draft as it would be published, or what is wrong with it. */
export function finished(draft: DraftContent): ReturnType<typeof FormContent.safeParse> {
  return FormContent.safeParse(draft)
}
