import { z } from 'zod'
import { EffectRefused } from './effect-refused.ts'

/** Tags as a step made them of its templates. */
export const someTags = z.array(z.string()).transform(tags => tags.filter(tag => tag.trim() !== ''))

/** The body as its route would read it. Throws `EffectRefused` with the first thing that does not fit. */
export function fitting<Body>(schema: z.ZodType<Body>, body: Readonly<Record<string, unknown>>): Body {
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
  const read = schema.safeParse(given)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  throw new EffectRefused(`The value for ${issue?.path.join('.')} does not fit. ${issue?.message}`)
}
