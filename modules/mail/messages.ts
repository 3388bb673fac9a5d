import type { Context } from '#platform/context.ts'
import type { Subject } from '#platform/contract/event.ts'
import { generalErrors } from '#platform/errors.ts'
import {
  type FilteredRequest,
  type ListShape,
  type ListStatement,
  readList,
  readPage,
} from '#platform/filter/list.ts'
import { subjectsSeen } from '#platform/owned.ts'
import { headersOf } from '#platform/smtp/letter.ts'
import { MESSAGE_FIELDS, type Message, type MessageStatus, type MessageSummary } from './contract.ts'
import { type LetterRow, letterOf } from './delivery.ts'

const PREVIEW_MAX = 160

interface MessageRow extends LetterRow {
  direction: Message['direction']
  status: MessageStatus
  thread_id: string
  attempts: number
  queued_at: Date | null
  sending_at: Date | null
  sent_at: Date | null
  last_error: string | null
  smtp_response: string | null
}

type SummaryRow = Pick<
  MessageRow,
  | 'id'
  | 'mailbox_kind'
  | 'direction'
  | 'status'
  | 'sender'
  | 'recipients'
  | 'subject'
  | 'run_id'
  | 'last_error'
  | 'created_at'
  | 'sent_at'
> & { preview: string }

const LIST = (list: ListStatement, seen: string) => `
  select m.id, b.kind as mailbox_kind, m.direction, m.status, m.sender, m.recipients, m.subject,
    left(m.text_body, ${PREVIEW_MAX}) as preview, m.run_id, m.last_error, m.created_at, m.sent_at${list.columns}
  from mail.messages m
  join mail.mailboxes b on b.org_id = $1 and b.id = m.mailbox_id
  where m.org_id = $1
    and ($2::text is null or m.status = $2)
    and ($3::jsonb is null or m.subjects @> $3)${seen}${list.where}
  ${list.order}`

const MESSAGE_LIST: ListShape = {
  fields: MESSAGE_FIELDS,
  id: 'm.id',
  sort: '-createdAt',
  sql: {
    status: { sql: 'm.status', isNeverNull: true },
    direction: { sql: 'm.direction', isNeverNull: true },
    mailbox: { sql: 'b.kind', isNeverNull: true },
    subject: { sql: 'm.subject', isNeverNull: true },
    from: { sql: `lower(m.sender->>'address')`, isFolded: true },
    runId: { sql: 'm.run_id' },
    lastError: { sql: 'm.last_error' },
    attempts: { sql: 'm.attempts', isNeverNull: true },
    createdAt: { sql: 'm.created_at', isNeverNull: true },
    sentAt: { sql: 'm.sent_at' },
  },
}

/** Which messages to list. */
export interface MessageQuery extends FilteredRequest {
  readonly status?: MessageStatus | undefined
  readonly subjectId?: string | undefined
}

/** A page of the messages that the filter lets through, the newest first when no order is asked for. */
export async function listMessages(
  ctx: Context,
  query: MessageQuery,
): Promise<{ items: MessageSummary[]; nextCursor: string | null }> {
  const subject = query.subjectId === undefined ? null : JSON.stringify([{ id: query.subjectId }])
  const list = readList(MESSAGE_LIST, query, [ctx.orgId, query.status ?? null, subject])
  return readPage(ctx.db, list, LIST(list, subjectsSeen(ctx, 'm.subjects')), summaryOf)
}

/** One message with all it has. Throws `request.not_found`. */
export async function getMessage(ctx: Context, messageId: string): Promise<Message> {
  const found = await ctx.db.query<MessageRow>(
    `select m.*, b.kind as mailbox_kind
     from mail.messages m
     join mail.mailboxes b on b.org_id = $1 and b.id = m.mailbox_id
     where m.org_id = $1 and m.id = $2${subjectsSeen(ctx, 'm.subjects')}`,
    [ctx.orgId, messageId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return {
    ...summaryOf({ ...row, preview: row.text_body.slice(0, PREVIEW_MAX) }),
    threadId: row.thread_id,
    messageId: row.rfc_message_id,
    headers: headersOf(letterOf(row)),
    text: row.text_body,
    html: row.html_body,
    subjects: row.subjects.map(({ type, id }: Subject) => ({ type, id })),
    attempts: row.attempts,
    queuedAt: row.queued_at?.toISOString() ?? null,
    sendingAt: row.sending_at?.toISOString() ?? null,
    smtpResponse: row.smtp_response,
  }
}

function summaryOf(row: SummaryRow): MessageSummary {
  return {
    id: row.id,
    mailbox: row.mailbox_kind,
    direction: row.direction,
    status: row.status,
    from: row.sender,
    to: row.recipients,
    subject: row.subject,
    preview: row.preview.replace(/\s+/g, ' ').trim(),
    runId: row.run_id,
    lastError: row.last_error,
    createdAt: row.created_at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null,
  }
}
