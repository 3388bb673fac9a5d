import { z } from 'zod'

/**
 * What of the organization a setting can name. Schemas carry it as `names`, for forms to offer a choice; what a choice writes is the
 * id, for an address of a member the address, for a column its status and for a tag the tag itself.
 */
export type Named =
  | 'person'
  | 'company'
  | 'deal'
  | 'member'
  | 'member_address'
  | 'pipeline'
  | 'stage'
  | 'lost_reason'
  | 'lead_status'
  | 'tag'
  | 'workflow'

/** Marks a setting as the name of something. */
export function naming(names: Named): { names: Named } {
  return { names }
}

/** Marks a setting as the name of what another setting says: `person`, `company` or `deal`. */
export function namedBySetting(setting: string): { namesWhat: string } {
  return { namesWhat: setting }
}

/** What a step can be told to work with, beside the lead of its run. */
export type Referred = 'person' | 'company' | 'deal' | 'activity'

const WORDS: Readonly<Record<Referred, string>> = {
  person:
    'The e-mail address or the id. Left empty, the person of the event that started the run, or else the one behind its lead.',
  company: 'The id, the domain or the name. Left empty, the company of the event that started the run.',
  deal: 'The id. Left empty, the deal of the event that started the run.',
  activity: 'The id. Left empty, the activity of the event that started the run.',
}

/** The setting that says which record a step works on: a template, or empty for what the run is about. */
export function referenceField(object: Referred) {
  const field = z.string().max(1_000).default('').describe(WORDS[object])
  return object === 'activity' ? field : field.meta(naming(object))
}

/** The setting that names a record, or none when it is left empty. */
export function namedRecord(words: string, names: Named) {
  return z.string().max(1_000).default('').describe(words).meta(naming(names))
}
