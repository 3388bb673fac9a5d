import { z } from 'zod'
import { isForbiddenName, type Json } from '#platform/contract/plain-data.ts'
import type { LoadTools, Scope } from '../node-run.ts'
import type { TemplateField } from '../node-type.ts'

/** Named values a node makes: each a template or a plain value. */
export type NamedValue = { name: string; value: string | number | boolean | null }

/** A name that templates can read by without quotes. */
export const valueName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'A name has letters, digits and underscores.')
  .refine(name => !isForbiddenName(name), 'This name is reserved.')

export const namedValue = z
  .union([z.string().max(20_000), z.number(), z.boolean(), z.null()])
  .describe('A value, or a template. A single placeholder keeps the type of what it reads.')

/** The schema of a list of named values, each name once. */
export function namedValues(name: z.ZodType<string> = valueName) {
  return z
    .array(z.strictObject({ name, value: namedValue }))
    .max(50)
    .refine(
      values => new Set(values.map(value => value.name)).size === values.length,
      'Every name may stand here once.',
    )
}

/** The templates among the values of the list that stands under `key` in a configuration. */
export function namedTemplates(key: string, values: readonly NamedValue[]): TemplateField[] {
  return values.flatMap(({ value }, index) =>
    typeof value === 'string' ? [{ path: [key, index, 'value'], text: value }] : [],
  )
}

/** Prepares the values; what is missing becomes null. */
export function loadNamedValues(
  values: readonly NamedValue[],
  tools: LoadTools,
): (scope: Scope) => Record<string, Json> {
  const readers = values.map(({ name, value }): { name: string; read: (scope: Scope) => Json } => ({
    name,
    read: typeof value === 'string' ? tools.value(value, { missing: 'empty' }) : () => value,
  }))
  return scope => {
    const made: Record<string, Json> = {}
    for (const { name, read } of readers) made[name] = read(scope)
    return made
  }
}
