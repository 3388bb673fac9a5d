import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { namedTemplates, namedValues } from './named-values.ts'
import { naming } from './record-reference.ts'

export const subWorkflowConfig = z.strictObject({
  workflowId: z
    .uuid('Choose a workflow.')
    .describe('The workflow to run. It has to be published.')
    .meta(naming('workflow')),
  input: namedValues().default([]).describe('What the other run is given, by name.'),
  wait: z
    .boolean()
    .default(true)
    .describe('Whether to wait for its end and take its result as the output of this step.'),
})

export type SubWorkflowConfig = z.infer<typeof subWorkflowConfig>

export const subWorkflow: NodeType<SubWorkflowConfig> = {
  type: 'sub_workflow',
  kind: 'logic',
  title: 'Run a workflow',
  description: 'Starts another workflow as a run of its own, and waits for it if wanted.',
  icon: 'workflow',
  purity: 'local',
  config: subWorkflowConfig,
  handles: () => MAIN_ONLY,
  summary: ({ workflowId, input, wait }) =>
    shortened(
      [
        `Run ${workflowId}${wait ? ' and wait' : ''}`,
        ...(input.length > 0 ? [`with ${input.map(value => value.name).join(', ')}`] : []),
      ].join(' '),
    ),
  templates: config => namedTemplates('input', config.input),
  conditions: () => NO_FIELDS,
}
