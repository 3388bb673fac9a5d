import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import type { OptionDraft } from '../custom-field-api.ts'
import { crmErrors } from '../errors.ts'
import type { FieldKind } from '../record-api.ts'
import type { FieldDefinition, FieldOption } from './definitions.ts'
import { wordFrom } from './word.ts'

/** Whether a field of this kind has options. */
export function hasOptions(kind: FieldKind): boolean {
  return kind === 'select' || kind === 'multi_select'
}

/**
 * Options as they are stored. One without a value gets one made out of its label. Throws `request.invalid` for a label or a value
 * that stands there twice and for a select without any.
 */
export function checkOptions(kind: FieldKind, drafts: readonly OptionDraft[]): FieldOption[] {
  if (!hasOptions(kind)) {
    if (drafts.length > 0) throw wrong('/options', 'Only a select has options.')
    return []
  }
  if (!drafts.some(draft => !draft.isArchived)) throw wrong('/options', 'Give it at least one option.')
  const labels = new Set<string>()
  const taken = new Set(drafts.flatMap(draft => draft.value ?? []))
  const made: FieldOption[] = []
  for (const [index, { label, color, isArchived, ...draft }] of drafts.entries()) {
    const folded = label.toLowerCase()
    if (labels.has(folded)) throw wrong(`/options/${index}/label`, 'This option stands here twice.')
    labels.add(folded)
    const value = draft.value ?? wordFrom(label, 'option', taken)
    if (draft.value !== undefined && made.some(option => option.value === value))
      throw wrong(`/options/${index}/value`, 'This value stands here twice.')
    taken.add(value)
    made.push({ value, label, color, isArchived })
  }
  return made
}

function wrong(pointer: string, message: string) {
  return generalErrors.invalid({ errors: [{ in: 'body', pointer, code: 'invalid_value', message }] })
}

/** Throws `crm.option_in_use` when an option is gone that records hold. */
export async function requireUnused(
  ctx: Context,
  field: FieldDefinition,
  after: readonly FieldOption[],
): Promise<void> {
  const left = new Set(after.map(option => option.value))
  const gone = field.options.filter(option => !left.has(option.value))
  if (gone.length === 0) return
  const held = await ctx.db.query<{ value: string }>(
    `select gone.value from unnest($3::text[]) gone (value) where exists (
       select 1 from crm.custom_values v where v.org_id = $1 and v.field_id = $2 and v.text_key = gone.value)`,
    [ctx.orgId, field.id, gone.map(option => option.value)],
  )
  const value = held.rows[0]?.value
  const label = gone.find(option => option.value === value)?.label
  if (label !== undefined)
    throw crmErrors.option_in_use({
      detail: `Nothing was saved. Records hold “${label}”. Archive it: it is offered no more, and they keep it.`,
    })
}
