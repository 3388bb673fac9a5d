import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { EmailAddress, Id, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { type FilterFields, listQuery } from '#platform/contract/filter.ts'
import { defineRoute } from '#platform/contract/route.ts'

/** What a message is sent through: `development` keeps it here, `smtp` sends it out. */
export const MailboxKind = z.enum(['development', 'smtp'])
export type MailboxKind = z.output<typeof MailboxKind>

export const MailAddress = z
  .object({ address: z.string(), name: z.string().describe('Empty when there is none.') })
  .meta({ id: 'MailAddress' })
export type MailAddress = z.output<typeof MailAddress>

/**
 * What a message may consist of. `queueMessage` accepts exactly this, so whoever renders a message somewhere
 * else can check it there and say what is wrong before anything depends on it.
 */
export const MailContent = z.object({
  to: EmailAddress.describe('Exactly one address, without a name.'),
  subject: z.string().max(10_000).describe('Kept on one line and cut to 250 characters.'),
  text: z.string().max(200_000),
  html: z.string().max(1_000_000).optional(),
})
export type MailContent = z.input<typeof MailContent>

export const Mailbox = z
  .object({
    kind: MailboxKind,
    from: MailAddress,
    status: z.enum(['pending', 'active', 'error', 'revoked']),
    lastError: z.string().nullable().describe('Why the last conversation with the server failed.'),
  })
  .meta({ id: 'Mailbox' })
export type Mailbox = z.output<typeof Mailbox>

/**
 * queued: waiting for its turn or the next try. sending: a conversation with the server is open. sent: the
 * server took it, or the development mailbox kept it. failed: it was refused and nobody has it. unknown: the
 * server may or may not have taken it; it is never sent again unless a person decides so. suppressed: the recipient is
 * on the do-not-contact list, so it was not sent. received: it came in.
 */
export const MessageStatus = z.enum([
  'queued',
  'sending',
  'sent',
  'failed',
  'unknown',
  'suppressed',
  'received',
])
export type MessageStatus = z.output<typeof MessageStatus>

export const MessageSummary = z
  .object({
    id: Id,
    mailbox: MailboxKind,
    direction: z.enum(['outbound', 'inbound']),
    status: MessageStatus,
    from: MailAddress,
    to: z.array(MailAddress),
    subject: z.string(),
    preview: z.string().describe('The start of the text.'),
    runId: Id.nullable(),
    lastError: z.string().nullable(),
    createdAt: Timestamp,
    sentAt: Timestamp.nullable(),
  })
  .meta({ id: 'MailMessageSummary' })
export type MessageSummary = z.output<typeof MessageSummary>

export const Message = MessageSummary.extend({
  threadId: Id,
  messageId: z.string().describe('The Message-ID of RFC 5322, in angle brackets.'),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  text: z.string(),
  html: z
    .string()
    .nullable()
    .describe('As it was written, not cleaned: to show it, frame the page `/html` of the message.'),
  subjects: z.array(z.object({ type: z.string(), id: z.string() })),
  attempts: z.number().int().describe('Conversations with the server that were begun.'),
  queuedAt: Timestamp.nullable(),
  sendingAt: Timestamp.nullable(),
  smtpResponse: z.string().nullable().describe("The server's own words when it took or refused the message."),
}).meta({ id: 'MailMessage' })
export type Message = z.output<typeof Message>

const MessagePath = z.object({ messageId: Id })

export const MESSAGE_FIELDS = {
  status: { type: 'enum', values: MessageStatus.options },
  direction: { type: 'enum', values: ['outbound', 'inbound'] },
  mailbox: { type: 'enum', values: MailboxKind.options },
  subject: { type: 'text' },
  from: { type: 'text' },
  runId: { type: 'id' },
  lastError: { type: 'text' },
  attempts: { type: 'number', isWhole: true },
  createdAt: { type: 'time', sort: true },
  sentAt: { type: 'time', sort: true },
} as const satisfies FilterFields

export const listMessages = defineRoute({
  id: 'mail.message.list',
  method: 'GET',
  path: '/v1/mail/messages',
  summary: 'List messages, the newest first',
  access: 'mail:read',
  query: listQuery(MESSAGE_FIELDS).extend({
    status: MessageStatus.optional(),
    subjectId: Id.optional().describe('Only messages about this record, for example a lead or a run.'),
  }),
  response: pageOf(MessageSummary),
})

export const getMessage = defineRoute({
  id: 'mail.message.get',
  method: 'GET',
  path: '/v1/mail/messages/:messageId',
  summary: 'Read one message with its headers and bodies',
  access: 'mail:read',
  params: MessagePath,
  response: Message,
})

export const showMessageHtml = defineRoute({
  id: 'mail.message.show_html',
  method: 'GET',
  path: '/v1/mail/messages/:messageId/html',
  summary: 'Show the HTML body of a message as a page',
  description:
    'The body as it was written, under a policy that lets it run nothing and load nothing. A message without an HTML body has no such page.',
  access: 'mail:read',
  params: MessagePath,
  produces: 'text/html',
})

export const getMailbox = defineRoute({
  id: 'mail.mailbox.get',
  method: 'GET',
  path: '/v1/mail/mailbox',
  summary: 'What the organization sends through, and as whom',
  access: 'mail:read',
  response: Mailbox,
})

export const resolveUnknown = defineRoute({
  id: 'mail.message.resolve',
  method: 'POST',
  path: '/v1/mail/messages/:messageId/resolution',
  summary: 'Decide about a message whose outcome is unknown',
  description:
    'The server may have taken the message without telling us. Find out, for example in its log or from the recipient, then say so. `resend` sends the same message with the same Message-ID once more: a recipient who has it already may get it twice, though many mail systems drop the second copy.',
  access: 'mail:write',
  params: MessagePath,
  body: z.strictObject({ as: z.enum(['sent', 'failed', 'resend']) }),
  response: Message,
  errors: ['mail.not_unknown'],
})

const outcome = {
  messageId: Id,
  to: z.string(),
  subject: z.string(),
  runId: Id.optional(),
  leadId: Id.optional(),
}

export const emailSent = defineEvent({
  type: 'email.sent',
  version: 1,
  payload: z.strictObject(outcome),
  summary: 'An e-mail was taken by the mail server, or kept by the development mailbox',
})

export const emailFailed = defineEvent({
  type: 'email.failed',
  version: 1,
  payload: z.strictObject({ ...outcome, reason: z.string() }),
  summary: 'An e-mail was refused for good; nobody received it',
})

export const emailSuppressed = defineEvent({
  type: 'email.suppressed',
  version: 1,
  payload: z.strictObject({ ...outcome, reason: z.string() }),
  summary: 'An e-mail was not sent, because its recipient is on the do-not-contact list',
})

export const emailUnknown = defineEvent({
  type: 'email.unknown',
  version: 1,
  payload: z.strictObject({ ...outcome, reason: z.string() }),
  summary: 'Nothing is known about whether an e-mail was taken; a person has to decide',
})
