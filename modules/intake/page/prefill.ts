import type { FormField, ShownField } from '../form-definition.ts'

const PREFILL_MAX = 2000
const CONTROLS = /[^\P{Cc}\n\t]/gu

/**
 * What stands in the fields of a page when it opens, by their keys: what the parameters of its address say, else the
 * value that the form names. Parameters that no field asks for are left alone. A tick is made by whoever sends the
 * form, never by whoever made the link.
 */
export function prefilled(
  fields: readonly FormField[],
  query: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const values: Record<string, string> = {}
  for (const field of fields) {
    if (field.type === 'CHECKBOX' || field.type === 'CONSENT') continue
    const { prefill }: ShownField = field
    const parameter = prefill?.parameter ?? field.key
    const text =
      textOf(field, Object.hasOwn(query, parameter) ? query[parameter] : undefined) ?? prefill?.value
    if (text !== undefined) values[field.key] = text
  }
  return values
}

/** A parameter can stand in an address several times: for several choices all of them count, otherwise the first. */
function textOf(field: FormField, given: unknown): string | undefined {
  const texts = (Array.isArray(given) ? given : [given])
    .filter(text => typeof text === 'string')
    .map(text => text.replace(CONTROLS, '').slice(0, PREFILL_MAX).toWellFormed())
    .filter(text => text.trim() !== '')
  return field.type === 'MULTI_SELECT' && texts.length > 0 ? texts.join('\n') : texts[0]
}
