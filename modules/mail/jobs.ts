import { z } from 'zod'
import type { Kit } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { defineJob } from '#platform/jobs/kinds.ts'
import { messageOf } from '#platform/log.ts'
import { deliver } from './delivery.ts'
import { SMTP_LIMITS } from './smtp-connection.ts'
import { createSmtpSender, type SmtpSender } from './smtp-sender.ts'

const senders = new Map<string, SmtpSender>()

/** One sender per server, so that its connections are shared by all messages of the process. */
function senderOf(kit: Kit): SmtpSender | null {
  const url = kit.config.smtpUrl
  if (url === undefined) return null
  const sender = senders.get(url) ?? senderFor(url)
  senders.set(url, sender)
  return sender
}

/** A URL that cannot be used keeps its messages waiting and says so on the mailbox, like a server that is away. */
function senderFor(url: string): SmtpSender {
  try {
    return createSmtpSender(url)
  } catch (error) {
    const reason = messageOf(error)
    return { open: async () => ({ kind: 'deferred', reason, cause: 'server' }) }
  }
}

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
    await deliver({ ...job, messageId: payload.messageId }, senderOf(job.kit))
  },
})
