import { z } from 'zod'
import { LifecycleStage, PersonField, PersonStatus } from '#modules/crm/contract.ts'
import { readNumber } from '../number-text.ts'
import { CustomField } from './record-fields.ts'
import { naming } from './record-reference.ts'

/** What of a person a workflow can set; tags are added and removed instead. */
export const SettableField = z.union([
  PersonField.exclude(['tags']),
  z.enum(['title', 'company', 'owner']),
  CustomField,
])

const text = z
  .union([z.string(), z.number()])
  .nullable()
  .transform(value => (value === null ? null : String(value)))

/** What a step may set, as its values come out of templates; the browser and the database border read the same. */
export const personValues = z
  .object({
    firstName: text.optional(),
    lastName: text.optional(),
    salutation: text.optional(),
    phone: text.optional(),
    mobile: text.optional(),
    linkedinUrl: text.optional(),
    lifecycleStage: LifecycleStage.optional(),
    status: PersonStatus.optional(),
    score: z
      .preprocess(value => readNumber(value) ?? value, z.number().int().min(-1_000_000).max(1_000_000))
      .optional(),
    title: text.optional(),
    company: text.optional(),
    owner: text.optional(),
  })
  .catchall(z.json())

export const tagTemplates = z.array(z.string().min(1).max(500)).max(20).default([]).meta(naming('tag'))

/** The templates among the tags that stand under `key` in a configuration. */
export function tagFields(key: string, tags: readonly string[]) {
  return tags.map((text, index) => ({ path: [key, index], text }))
}
