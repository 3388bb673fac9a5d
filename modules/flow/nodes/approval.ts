import { z } from 'zod'
import { NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { spanMs, WAIT_MS_MAX } from './wait.ts'

/** The exits by which a person's decision, or none in time, leaves. */
export const APPROVED_HANDLE = 'approved'
export const REJECTED_HANDLE = 'rejected'
export const TIMED_OUT_HANDLE = 'timeout'

export const approvalConfig = z
  .strictObject({
    title: z.string().min(1).max(500).describe('What is to be decided, in one line.'),
    text: z.string().max(5_000).default('').describe('What helps to decide.'),
    roles: z
      .array(z.enum(['owner', 'admin', 'manager', 'member']))
      .min(1)
      .default(['owner'])
      .describe('Who is asked: everyone with one of these roles. The first answer counts.'),
    timeout: z
      .strictObject({
        amount: z.number().positive(),
        unit: z.enum(['seconds', 'minutes', 'hours', 'days', 'weeks']),
      })
      .optional()
      .describe('How long to wait for an answer. Without it the run waits until somebody decides.'),
  })
  .refine(({ timeout }) => timeout === undefined || spanMs(timeout) <= WAIT_MS_MAX, {
    message: 'A wait is at most a year.',
    path: ['timeout'],
  })

export type ApprovalConfig = z.infer<typeof approvalConfig>

export const approval: NodeType<ApprovalConfig> = {
  type: 'approval',
  kind: 'logic',
  title: 'Approval',
  description: 'Asks members to decide and pauses this branch until one of them does.',
  icon: 'user-check',
  purity: 'local',
  config: approvalConfig,
  handles: ({ timeout }) => [
    { id: APPROVED_HANDLE, label: 'Approved' },
    { id: REJECTED_HANDLE, label: 'Rejected' },
    ...(timeout === undefined ? [] : [{ id: TIMED_OUT_HANDLE, label: 'Nobody answered' }]),
  ],
  summary: config => shortened(`Ask ${config.roles.map(role => `${role}s`).join(', ')}: ${config.title}`),
  templates: config => [
    { path: ['title'], text: config.title },
    { path: ['text'], text: config.text },
  ],
  conditions: () => NO_FIELDS,
}
