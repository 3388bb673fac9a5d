import { z } from 'zod'
import { EffectRefused } from './effect-refused.ts'

/** Tags as a step made them of its templates. */
export const someTags = z.array(z.string()).transform(tags => tags.filter(tag => tag.trim() !== ''))

/** The body of a change out of values by their names in a step: fields of the organization stand in `custom`, and nothing stands there undefined. */
export function customOf(set: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const custom: Record<string, unknown> = {}
  const body: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(set)) {
    if (name.startsWith('custom.')) custom[name.slice('custom.'.length)] = value
    else body[name] = value
  }
  return Object.keys(custom).length > 0 ? { ...body, custom } : body
}

/** The body as its route would read it. Throws `EffectRefused` with the first thing that does not fit. */
export function fitting<Body>(schema: z.ZodType<Body>, body: Readonly<Record<string, unknown>>): Body {
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
  const read = schema.safeParse(given)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  throw new EffectRefused(`The value for ${issue?.path.join('.')} does not fit. ${issue?.message}`)
}
