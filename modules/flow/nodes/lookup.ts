import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'

export const lookupConfig = z
  .strictObject({
    what: z.enum(['lead', 'person']).default('lead').describe('The lead of the run, or a person by address.'),
    email: z.string().max(1_000).default('').describe('The e-mail address of the person. A template.'),
  })
  .refine(config => config.what === 'lead' || config.email.trim() !== '', {
    message: 'Say whose address to look for.',
    path: ['email'],
  })

export type LookupConfig = z.infer<typeof lookupConfig>

export const lookup: NodeType<LookupConfig> = {
  type: 'lookup',
  kind: 'utility',
  title: 'Look up',
  description: 'Reads the lead or a person again, as they are now. The output says whether there is one.',
  icon: 'search',
  purity: 'remote',
  config: lookupConfig,
  retry: { attempts: 3, backoffMs: 500, growth: 'exponential' },
  timeoutMs: 30_000,
  handles: () => MAIN_ONLY,
  summary: config => (config.what === 'lead' ? 'The lead as it is now' : shortened(`Person ${config.email}`)),
  templates: config => (config.what === 'person' ? [{ path: ['email'], text: config.email }] : NO_FIELDS),
  conditions: () => NO_FIELDS,
}
