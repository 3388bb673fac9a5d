import { type RecordField, RecordObject } from '#modules/crm/contract.ts'
import { customFieldsOf } from '#modules/crm/index.ts'
import type { Context } from '#platform/context.ts'
import { readNumber } from './number-text.ts'
import { companyNamed, memberNamed, personNamed, type RunOfLead } from './record-names.ts'

const OBJECTS = RecordObject.options
const YES: ReadonlySet<string> = new Set(['true', 'yes', 'on', '1'])
const NO: ReadonlySet<string> = new Set(['false', 'no', 'off', '0'])

/**
 * The body of a change out of values by their names in a step: fields of the organization stand in `custom`, read the way people
 * write values of their kind. What cannot be read stays as it is, and is refused where it is stored. Throws `EffectRefused` for
 * members and records that are not there.
 */
export async function withCustom(
  ctx: Context,
  run: RunOfLead,
  object: (typeof OBJECTS)[number],
  set: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const own = Object.entries(set).filter(([name]) => name.startsWith('custom.'))
  if (own.length === 0) return { ...set }
  const fields = new Map((await customFieldsOf(ctx, object)).map(field => [field.key, field]))
  const custom: Record<string, unknown> = {}
  for (const [name, value] of own)
    custom[name.slice('custom.'.length)] = await written(ctx, run, fields.get(name), value)
  const built = Object.entries(set).filter(([name]) => !name.startsWith('custom.'))
  return { ...Object.fromEntries(built), custom }
}

async function written(
  ctx: Context,
  run: RunOfLead,
  field: RecordField | undefined,
  value: unknown,
): Promise<unknown> {
  if (!field || value === null) return value
  if (typeof value === 'number' || typeof value === 'boolean')
    return ['number', 'boolean'].includes(field.kind) ? value : String(value)
  if (typeof value !== 'string') return value
  const text = value.trim()
  if (text === '') return null
  switch (field.kind) {
    case 'number':
      return readNumber(text) ?? value
    case 'boolean':
      return YES.has(text.toLowerCase()) ? true : NO.has(text.toLowerCase()) ? false : value
    case 'date':
      return text.slice(0, 10)
    case 'select':
      return optionOf(field, text)
    case 'multi_select':
      return text.split(',').map(part => optionOf(field, part.trim()))
    case 'user':
      return memberNamed(ctx, text)
    case 'relation':
      if (field.relatesTo === 'company') return companyNamed(ctx, text)
      return field.relatesTo === 'person' ? (await personNamed(ctx, run, text)).id : text
    default:
      return value
  }
}

/** The value of an option by it or by what it is called. */
function optionOf({ options = [] }: RecordField, text: string): string {
  const wanted = text.toLowerCase()
  const found = options.find(({ value, label }) => value === text || label.toLowerCase() === wanted)
  return found?.value ?? text
}
