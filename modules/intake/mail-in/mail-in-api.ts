import { z } from 'zod'
import { Id, line, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

/** The word in an address that picks a workflow. */
const Tag = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, 'Use small letters, digits and hyphens, at most 40.')

export const MailTag = z
  .object({
    workflowId: Id,
    tag: z.string(),
    address: z.string().describe('Mail to it becomes a lead of the workflow.'),
    plainAddress: z.string().describe('The same without a plus, for programs that refuse one.'),
  })
  .meta({ id: 'IntakeMailTag' })

export const MailInbox = z
  .object({
    address: z.string().nullable().describe('Null until it was set up.'),
    isOpen: z
      .boolean()
      .describe('Whether mail to it is taken; otherwise its senders are told that nobody has it.'),
    workflowId: Id.nullable().describe(
      'The workflow of mail whose address names none. Null holds such mail until a person decides.',
    ),
    tags: z.array(MailTag),
    domain: z.string().describe('What stands after the @.'),
    isReceiving: z.boolean().describe('Whether this installation receives e-mail at all.'),
    port: z.number().int().nullable().describe('The port that mail servers hand it over at.'),
    megabytesMax: z.number().int(),
  })
  .meta({ id: 'IntakeMailInbox' })
export type MailInbox = z.output<typeof MailInbox>

const WorkflowPath = z.strictObject({ workflowId: Id })

export const getMailInbox = defineRoute({
  id: 'intake.mail_inbox.get',
  method: 'GET',
  path: '/v1/intake-mail',
  summary: 'Read at which address e-mail becomes leads',
  access: 'intake-mail:read',
  response: MailInbox,
})

export const saveMailInbox = defineRoute({
  id: 'intake.mail_inbox.save',
  method: 'PUT',
  path: '/v1/intake-mail',
  summary: 'Take e-mail in, or stop to',
  description:
    'The first time it makes the address, which stays the same when it is closed and opened again.',
  access: 'intake-mail:manage',
  body: z.strictObject({ isOpen: z.boolean(), workflowId: Id.nullable() }),
  response: MailInbox,
})

export const renewMailAddress = defineRoute({
  id: 'intake.mail_inbox.renew',
  method: 'POST',
  path: '/v1/intake-mail/address',
  summary: 'Get another address for e-mail',
  description:
    'The one before leads nowhere from now on. For an address that gets too much that nobody wants.',
  access: 'intake-mail:manage',
  response: MailInbox,
  errors: ['intake.mail_not_set_up'],
})

export const saveMailTag = defineRoute({
  id: 'intake.mail_tag.save',
  method: 'PUT',
  path: '/v1/intake-mail/workflows/:workflowId',
  summary: 'Give a workflow an address of its own',
  access: 'intake-mail:manage',
  params: WorkflowPath,
  body: z.strictObject({ tag: Tag }),
  response: MailInbox,
  errors: ['intake.mail_not_set_up', 'intake.mail_tag_taken'],
})

export const deleteMailTag = defineRoute({
  id: 'intake.mail_tag.delete',
  method: 'DELETE',
  path: '/v1/intake-mail/workflows/:workflowId',
  summary: 'Take the address of a workflow away',
  description: 'Mail to it goes on to the workflow of the address without a word.',
  access: 'intake-mail:manage',
  params: WorkflowPath,
})

export const MailDecision = z.enum(['waiting', 'lead', 'ignored', 'quarantined'])
export type MailDecision = z.output<typeof MailDecision>

/** Why an e-mail is no lead, in words that stand in the log. */
export const MAIL_REASONS = {
  bounce: 'A message that could not be delivered came back.',
  complaint: 'A report that somebody took a message for spam.',
  receipt: 'A receipt that a message was read or deleted.',
  auto_reply: 'A program answered or wrote it, not a person.',
  mailing_list: 'It was sent to a list.',
  loop: 'It was sent by this installation or came from the address itself.',
  duplicate: 'The same message has come already.',
  too_many: 'More came from this sender within an hour than a person writes.',
  own_reply: 'A member answered somebody and put the address in copy.',
  unreadable: 'It could not be read.',
  too_big: 'It is larger, or has more files, than is read unseen.',
  no_sender: 'It names no address that could be answered.',
  forward_unclear: 'A member passed it on, and who wrote it cannot be made out.',
  dangerous_file: 'A file that comes with it is a program.',
  spam: 'The mail server before this one took it for spam or for a forgery.',
  blocked: 'Its sender was blocked.',
  no_workflow: 'Its address names no workflow, and none is chosen for such mail.',
  closed: 'It came while the address was closed.',
} as const
export type MailReason = keyof typeof MAIL_REASONS

const REASONS = Object.keys(MAIL_REASONS) as [MailReason, ...MailReason[]]

export const ReceivedMail = z
  .object({
    id: Id,
    accountId: Id.nullable().describe('The mailbox it was found in; null for what came to the address.'),
    recipient: z.string(),
    workflowId: Id.nullable(),
    sender: z.string().nullable().describe('Whoever it is from: the lead, where it became one.'),
    senderName: z.string(),
    forwardedBy: z.string().nullable().describe('The member who passed it on.'),
    subject: z.string(),
    preview: z.string(),
    size: z.number().int(),
    decision: MailDecision,
    reason: z.enum(REASONS).nullable().describe('Why it is no lead.'),
    explanation: z.string().nullable().describe('The reason in words.'),
    leadId: Id.nullable(),
    releasedBy: Id.nullable().describe('Who made it a lead by hand.'),
    receivedAt: Timestamp,
    decidedAt: Timestamp.nullable(),
  })
  .meta({ id: 'ReceivedMail' })
export type ReceivedMail = z.output<typeof ReceivedMail>

const MailPath = z.strictObject({ mailId: Id })

export const listReceivedMails = defineRoute({
  id: 'intake.mail.list',
  method: 'GET',
  path: '/v1/intake-mail/messages',
  summary: 'List the e-mails that came in and what became of each, the newest first',
  description: 'They are kept for 30 days. Who sees only some leads sees none of them.',
  access: 'intake-mail:read',
  query: PageQuery.extend({ decision: MailDecision.optional() }),
  response: pageOf(ReceivedMail),
})

export const ReceivedMailDetail = ReceivedMail.extend({
  text: z.string().describe('The beginning of its text; empty where it could not be read.'),
  files: z.array(z.object({ name: z.string(), size: z.number().int() })),
}).meta({ id: 'ReceivedMailDetail' })
export type ReceivedMailDetail = z.output<typeof ReceivedMailDetail>

export const getReceivedMail = defineRoute({
  id: 'intake.mail.get',
  method: 'GET',
  path: '/v1/intake-mail/messages/:mailId',
  summary: 'Read an e-mail that came in',
  access: 'intake-mail:read',
  params: MailPath,
  response: ReceivedMailDetail,
  errors: ['files.damaged'],
})

export const readMailSource = defineRoute({
  id: 'intake.mail.source',
  method: 'GET',
  path: '/v1/intake-mail/messages/:mailId/source',
  summary: 'Fetch an e-mail as it came',
  description: 'Where a scanner is set it is asked first, because files come along.',
  access: 'intake-mail:read',
  params: MailPath,
  produces: 'message/rfc822',
  errors: ['intake.file_held_back', 'intake.mail_harmful', 'files.damaged'],
})

export const releaseMail = defineRoute({
  id: 'intake.mail.release',
  method: 'POST',
  path: '/v1/intake-mail/messages/:mailId/release',
  summary: 'Make an e-mail a lead all the same',
  description: 'Once: a second time the same lead is the answer.',
  access: 'intake-mail:write',
  params: MailPath,
  body: z.strictObject({
    workflowId: Id.optional().describe('Another workflow than the one its address names.'),
    email: z.string().max(254).optional().describe('Who it is from, where that could not be made out.'),
  }),
  response: z.object({ leadId: Id }),
  errors: ['intake.mail_not_a_lead', 'files.damaged'],
})

export const deleteReceivedMail = defineRoute({
  id: 'intake.mail.delete',
  method: 'DELETE',
  path: '/v1/intake-mail/messages/:mailId',
  summary: 'Delete an e-mail that is no lead',
  access: 'intake-mail:write',
  params: MailPath,
  errors: ['intake.mail_is_lead'],
})

export const blockMailSender = defineRoute({
  id: 'intake.mail.block_sender',
  method: 'POST',
  path: '/v1/intake-mail/messages/:mailId/block',
  summary: 'Hold from now on whatever the sender of an e-mail writes',
  description:
    'By e-mail and in forms alike. What came before stays where it is; who is blocked is listed among the senders of the quarantine.',
  access: 'intake-mail:write',
  params: MailPath,
  body: z.strictObject({ kind: z.enum(['email', 'domain']) }),
  errors: ['intake.sender_unknown'],
})

export const LeadMailFile = z
  .object({
    id: Id,
    mailId: Id,
    state: z
      .enum(['ready', 'waiting', 'refused'])
      .describe('`waiting` is held back until it was scanned; in one that is `refused` something was found.'),
  })
  .meta({ id: 'LeadMailFile' })
export type LeadMailFile = z.output<typeof LeadMailFile>

export const listLeadMailFiles = defineRoute({
  id: 'intake.mail_file.list',
  method: 'GET',
  path: '/v1/leads/:leadId/mail-files',
  summary: 'List which files of the e-mails of a lead can be had, the newest first',
  description: 'What they are called stands in the entry `EMAIL_RECEIVED` that they came with.',
  access: 'leads:read',
  params: z.strictObject({ leadId: Id }),
  response: z.object({ items: z.array(LeadMailFile) }),
})

export const readMailFile = defineRoute({
  id: 'intake.mail_file.read',
  method: 'GET',
  path: '/v1/leads/:leadId/mail-files/:fileId',
  summary: 'Fetch a file that came with an e-mail of a lead',
  access: 'leads:read',
  params: z.strictObject({ leadId: Id, fileId: Id }),
  query: z.strictObject({ show: z.stringbool().default(false) }),
  produces: '*/*',
  errors: ['intake.file_held_back', 'files.damaged'],
})

export const MailAccount = z
  .object({
    id: Id,
    host: z.string(),
    port: z.number().int(),
    security: z.enum(['tls', 'starttls', 'off']),
    username: z.string(),
    folder: z.string(),
    workflowId: Id,
    isOn: z.boolean(),
    lookedAt: Timestamp.nullable().describe('When it was last looked into.'),
    lastError: z.string().nullable().describe('Why that failed.'),
    createdAt: Timestamp,
  })
  .meta({ id: 'IntakeMailAccount' })
export type MailAccount = z.output<typeof MailAccount>

const AccountPath = z.strictObject({ accountId: Id })
const Account = z.strictObject({
  host: line(253).describe('Of its IMAP server.'),
  port: z.number().int().min(1).max(65_535).default(993),
  security: z
    .enum(['tls', 'starttls', 'off'])
    .default('tls')
    .describe('`off` only for a server that the operator named in EGRESS_ALLOW.'),
  username: line(320),
  password: z.string().min(1).max(1_000),
  folder: line(250).default('INBOX'),
  workflowId: Id,
})

export const listMailAccounts = defineRoute({
  id: 'intake.mail_account.list',
  method: 'GET',
  path: '/v1/intake-mail/accounts',
  summary: 'List the mailboxes that are looked into',
  access: 'intake-mail:read',
  response: z.object({ items: z.array(MailAccount) }),
})

export const createMailAccount = defineRoute({
  id: 'intake.mail_account.create',
  method: 'POST',
  path: '/v1/intake-mail/accounts',
  summary: 'Look into a mailbox elsewhere',
  description:
    'Its server is asked first: with a wrong password nothing is stored. What comes in from now on becomes leads; what lies there stays. Nothing in the mailbox is changed.',
  access: 'intake-mail:manage',
  body: Account,
  response: MailAccount,
  status: 201,
  errors: ['intake.mailbox_unreachable', 'intake.too_many_mailboxes'],
})

export const changeMailAccount = defineRoute({
  id: 'intake.mail_account.update',
  method: 'PATCH',
  path: '/v1/intake-mail/accounts/:accountId',
  summary: 'Change a mailbox, pause it or give it another password',
  access: 'intake-mail:manage',
  params: AccountPath,
  body: z.strictObject({
    isOn: z.boolean().optional(),
    workflowId: Id.optional(),
    password: z.string().min(1).max(1_000).optional(),
  }),
  response: MailAccount,
  errors: ['intake.mailbox_unreachable'],
})

export const deleteMailAccount = defineRoute({
  id: 'intake.mail_account.delete',
  method: 'DELETE',
  path: '/v1/intake-mail/accounts/:accountId',
  summary: 'Look no longer into a mailbox',
  access: 'intake-mail:manage',
  params: AccountPath,
})
