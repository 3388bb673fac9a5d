import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { namedTemplates, namedValues } from './named-values.ts'

export const codeConfig = z.strictObject({
  language: z.enum(['javascript', 'typescript']).default('javascript'),
  source: z
    .string()
    .max(50_000)
    .refine(source => source.trim() !== '', 'There is no code.')
    .describe('The body of a function of `input`; what it returns is the output of the step.'),
  inputs: namedValues().default([]).describe('What the code reads as input.name.'),
  timeoutMs: z
    .int()
    .min(50)
    .max(10_000)
    .default(2_000)
    .describe('How long the code may run, in milliseconds.'),
})

export type CodeConfig = z.infer<typeof codeConfig>

export const code: NodeType<CodeConfig> = {
  type: 'code',
  kind: 'utility',
  title: 'Code',
  description:
    'Runs JavaScript or TypeScript of yours over named values. It reaches nothing but those values.',
  icon: 'code-xml',
  purity: 'remote',
  config: codeConfig,
  retry: { attempts: 3, backoffMs: 1_000, growth: 'exponential' },
  handles: () => MAIN_ONLY,
  summary: config => shortened(firstLine(config.source)),
  templates: config => namedTemplates('inputs', config.inputs),
  conditions: () => NO_FIELDS,
}

/** The first line that says something; a comment says it best. */
function firstLine(source: string): string {
  const line = source.split('\n').find(text => text.trim() !== '') ?? ''
  return line.trim().replace(/^\/\/\s*/, '')
}
