import type { Context } from '#platform/context.ts'
import type { Subject } from '#platform/contract/event.ts'
import { generalErrors } from '#platform/errors.ts'
import { isId } from '#platform/ids.ts'
import { subjectsSeen } from '#platform/owned.ts'
import { headersOf } from '#platform/smtp/letter.ts'
import type { Message, MessageStatus, MessageSummary } from './contract.ts'
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

const LIST = (seen: string) => `
  select m.id, b.kind as mailbox_kind, m.direction, m.status, m.sender, m.recipients, m.subject,
    left(m.text_body, ${PREVIEW_MAX}) as preview, m.run_id, m.last_error, m.created_at, m.sent_at
  from mail.messages m
  join mail.mailboxes b on b.org_id = $1 and b.id = m.mailbox_id
  where m.org_id = $1
    and ($2::text is null or m.status = $2)
    and ($3::jsonb is null or m.subjects @> $3)
    and ($4::timestamptz is null or (m.created_at, m.id) < ($4, $5::uuid))${seen}
  order by m.created_at desc, m.id desc
  limit $6`

/** Which messages to list. */
export interface MessageQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly status?: MessageStatus | undefined
  readonly subjectId?: string | undefined
}

/** A page of messages, the newest first. A cursor that we did not make answers `request.invalid`. */
export async function listMessages(
  ctx: Context,
  query: MessageQuery,
): Promise<{ items: MessageSummary[]; nextCursor: string | null }> {
  const after = query.cursor === undefined ? null : readCursor(query.cursor)
  const found = await ctx.db.query<SummaryRow>(LIST(subjectsSeen(ctx, 'm.subjects')), [
    ctx.orgId,
    query.status ?? null,
    query.subjectId === undefined ? null : JSON.stringify([{ id: query.subjectId }]),
    after?.at ?? null,
    after?.id ?? null,
    query.limit + 1,
  ])
  const rows = found.rows.slice(0, query.limit)
  const last = rows.at(-1)
  return {
    items: rows.map(summaryOf),
    nextCursor: last && found.rows.length > query.limit ? cursorOf(last) : null,
  }
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

function cursorOf(row: SummaryRow): string {
  return Buffer.from(`${row.created_at.toISOString()} ${row.id}`).toString('base64url')
}

function isInstant(text: string): boolean {
  const at = new Date(text)
  return !Number.isNaN(at.getTime()) && at.toISOString() === text
}

function readCursor(cursor: string): { at: string; id: string } {
  const [at = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ')
  if (rest.length > 0 || !isId(id) || !isInstant(at)) {
    throw generalErrors.invalid({
      errors: [
        { in: 'query', pointer: '/cursor', code: 'invalid_cursor', message: 'This page does not exist.' },
      ],
    })
  }
  return { at, id }
}
