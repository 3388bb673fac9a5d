import { z } from 'zod'

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
  return z.string().max(1_000).default('').describe(WORDS[object])
}

/** The setting that names a record, or none when it is left empty. */
export function namedRecord(words: string) {
  return z.string().max(1_000).default('').describe(words)
}
