import { z } from 'zod'
import { isForbiddenName } from '#platform/contract/plain-data.ts'
import { NO_FIELDS, type NodeType, shortened } from '../node-type.ts'

/** More than any step of a workflow that people draw by hand. */
export const DEFINITION_LENGTH_MAX = 500_000

const exitName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,40}$/, 'An exit has 1 to 40 letters, digits, dashes and underscores.')
  .refine(name => name !== 'error' && !isForbiddenName(name), 'This name is taken by another exit.')

export const importedStepConfig = z.strictObject({
  source: z.enum(['n8n']).default('n8n').describe('Where the step comes from.'),
  kind: z.string().max(200).default('').describe('What kind of step it is there.'),
  reason: z.string().max(2_000).default('').describe('Why it was not turned into a step of Millrace.'),
  definition: z
    .string()
    .max(DEFINITION_LENGTH_MAX)
    .default('')
    .describe('The step as it was, as JSON. Nothing reads it but people.'),
  exits: z
    .array(exitName)
    .max(64)
    .refine(exits => new Set(exits).size === exits.length, 'Every exit may stand here once.')
    .default(['out'])
    .describe('The exits it had.'),
  skip: z
    .boolean()
    .default(false)
    .describe('Whether runs pass over it by its first exit. Otherwise a connected one cannot be published.'),
})

export type ImportedStepConfig = z.infer<typeof importedStepConfig>

export const importedStep: NodeType<ImportedStepConfig> = {
  type: 'imported_step',
  kind: 'utility',
  title: 'Imported step',
  description:
    'Stands for a step of another program that has no counterpart here, and keeps it as it was. Replace it, or have runs pass over it.',
  icon: 'puzzle',
  purity: 'pure',
  config: importedStepConfig,
  handles: ({ exits }) => exits.map(id => ({ id, label: id === 'out' ? 'Next' : id })),
  summary: ({ kind, skip }) => shortened(skip ? `Passed over: ${kind}` : kind || 'Imported step'),
  templates: () => NO_FIELDS,
  conditions: () => NO_FIELDS,
  standsFor: ({ kind, reason, skip }) =>
    skip ? null : `a step of another program${kind === '' ? '' : ` (${kind})`}. ${reason}`.trim(),
}
