import { z } from 'zod'
import { Id } from '#platform/contract/fields.ts'
import { defineJob } from '#platform/jobs/kinds.ts'
import { SMTP_LIMITS } from '#platform/smtp/connection.ts'
import { smtpSenderOf } from '#platform/smtp/sender.ts'
import { deliver } from './delivery.ts'

/**
 * Sends one message. Its failures are states of the message and not of the job: the job fails only when the
 * database does, and then tries again without sending anything twice.
 */
export const deliverMessage = defineJob({
  kind: 'mail.deliver',
  payload: z.strictObject({ messageId: Id }),
  attemptsMax: 25,
  // Above the limits of a conversation, so that those decide and an end in the middle stays the exception.
  timeoutMs: SMTP_LIMITS.connectMs + SMTP_LIMITS.contentMs + SMTP_LIMITS.answerMs + 30_000,
  async run({ payload, ...job }) {
    await deliver({ ...job, messageId: payload.messageId }, smtpSenderOf(job.kit.config.smtpUrl))
  },
})
