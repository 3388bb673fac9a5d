import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened, type TemplateField } from '../node-type.ts'
import { namedRecord } from './record-reference.ts'

export const createActivityConfig = z
  .strictObject({
    kind: z.enum(['task', 'note', 'call']).default('task').describe('What is written down.'),
    title: z.string().max(2_000).default('').describe('One line. A task needs it.'),
    body: z.string().max(20_000).default('').describe('More, in Markdown.'),
    due: z
      .string()
      .max(1_000)
      .default('')
      .describe('The day it is due, such as 2026-12-01 or {{ now | date_add: 2, "days" }}.'),
    priority: z.enum(['low', 'normal', 'high']).default('normal'),
    assignee: namedRecord(
      'Who does it, by e-mail address or id. Left empty, nobody in particular.',
      'member',
    ),
    outcome: z
      .enum(['connected', 'left_message', 'no_answer', 'busy', 'wrong_number'])
      .optional()
      .describe('How a call ended. Only for calls.'),
    person: namedRecord('Whom it is about, by e-mail address or id.', 'person'),
    company: namedRecord('The company it is about, by id, domain or name.', 'company'),
    deal: namedRecord(
      'The deal it is about, by id. When nothing is named, it is about the record of the event that started the run, or the person behind its lead.',
      'deal',
    ),
  })
  .refine(({ kind, title }) => kind !== 'task' || title.trim() !== '', {
    message: 'A task needs a title.',
    path: ['title'],
  })
  .refine(({ title, body }) => title.trim() !== '' || body.trim() !== '', {
    message: 'Write a title or a text.',
    path: ['title'],
  })
  .refine(({ kind, outcome }) => outcome === undefined || kind === 'call', {
    message: 'Only calls have an outcome.',
    path: ['outcome'],
  })

export type CreateActivityConfig = z.infer<typeof createActivityConfig>

export const createActivity: NodeType<CreateActivityConfig> = {
  type: 'create_activity',
  kind: 'action',
  title: 'Add task, note or call',
  description:
    'Writes a task, a note or a call down at a person, a company or a deal. Notes are done; tasks have to be done.',
  icon: 'list-plus',
  purity: 'local',
  config: createActivityConfig,
  handles: () => MAIN_ONLY,
  summary: ({ kind, title, body }) =>
    shortened(`${kind.replace(/^./, first => first.toUpperCase())}: ${title || body}`),
  templates: ({ kind: _, priority: _priority, outcome: _outcome, ...texts }) =>
    Object.entries(texts).map(([key, text]): TemplateField => ({ path: [key], text })),
  conditions: () => NO_FIELDS,
}
