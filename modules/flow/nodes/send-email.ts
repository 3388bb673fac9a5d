import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened, type TemplateField } from '../node-type.ts'

export const sendEmailConfig = z.strictObject({
  to: z.string().min(1).max(500).describe('One address, usually {{ lead.email }}.'),
  subject: z.string().min(1).max(1_000),
  text: z.string().min(1).max(200_000).describe('The message as plain text.'),
  html: z.string().max(200_000).optional().describe('The message as HTML; values put into it are escaped.'),
  missing: z
    .enum(['error', 'empty'])
    .default('error')
    .describe('What a value that is not there does: stop the e-mail, or leave a gap.'),
})

export type SendEmailConfig = z.infer<typeof sendEmailConfig>

export const sendEmail: NodeType<SendEmailConfig> = {
  type: 'send_email',
  kind: 'action',
  title: 'Send e-mail',
  description: 'Queues an e-mail; it is never sent twice.',
  icon: 'mail',
  purity: 'local',
  config: sendEmailConfig,
  handles: () => MAIN_ONLY,
  summary: config => shortened(`To ${config.to}: ${config.subject}`),
  templates: config => {
    const fields: TemplateField[] = [
      { path: ['to'], text: config.to },
      { path: ['subject'], text: config.subject },
      { path: ['text'], text: config.text },
    ]
    if (config.html !== undefined) fields.push({ path: ['html'], text: config.html, escape: 'html' })
    return fields
  },
  conditions: () => NO_FIELDS,
}
