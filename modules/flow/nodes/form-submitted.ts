import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType } from '../node-type.ts'

export const formSubmittedConfig = z.strictObject({})

export const formSubmitted: NodeType<z.infer<typeof formSubmittedConfig>> = {
  type: 'form_submitted',
  kind: 'trigger',
  title: 'Form submitted',
  description: 'Starts a run for every new lead from the public form of this workflow.',
  icon: 'clipboard-list',
  purity: 'pure',
  config: formSubmittedConfig,
  handles: () => MAIN_ONLY,
  summary: () => 'When the form is submitted',
  templates: () => NO_FIELDS,
  conditions: () => NO_FIELDS,
}
