import type { Context } from '#platform/context.ts'
import type { Subject } from '#platform/contract/event.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { enqueue } from '#platform/jobs/kinds.ts'
import { bodyText, type ExtraHeader, headerLine, REFERENCE_HEADER } from '#platform/smtp/letter.ts'
import { type MailAddress, MailContent } from './contract.ts'
import { mailErrors } from './errors.ts'
import { deliverMessage } from './jobs.ts'
import { openMailbox } from './mailboxes.ts'

const SUBJECT_MAX = 250

/** A message somebody wants to be sent. */
export interface MessageDraft extends MailContent {
  /** Id of the message, minted by the caller so that it can be known before the message is stored. */
  readonly id: string
  /** The caller's word for this one message, for example a run and its step. Stated again, nothing is stored. */
  readonly key: string
  /** What it is about; carried by the events of the message. */
  readonly subjects: readonly Subject[]
  /** The run that sends it. Such a message says that no person wrote it (RFC 3834). */
  readonly runId?: string
}

interface Content {
  to: string
  subject: string
  text: string
  html: string | null
}

/** Reads what came from people and templates. Throws `mail.content_invalid` with a pointer for each problem. */
function readContent(draft: MessageDraft): Content {
  const read = MailContent.safeParse(draft)
  if (!read.success) {
    const errors = read.error.issues.map(issue => ({
      in: 'body' as const,
      pointer: `/${issue.path.map(String).join('/')}`,
      code: issue.code,
      message: issue.message,
    }))
    throw mailErrors.content_invalid({ errors })
  }
  return {
    to: read.data.to,
    subject: headerLine(read.data.subject, SUBJECT_MAX),
    text: bodyText(read.data.text),
    html: read.data.html === undefined ? null : bodyText(read.data.html),
  }
}

// The thread is stored only when the message is, so that stating a key again leaves nothing behind.
const STORE = `
  with stored as (
    insert into mail.messages (
      org_id, id, mailbox_id, thread_id, direction, status, key, rfc_message_id, sender, recipients,
      subject, text_body, html_body, headers, run_id, subjects, queued_at
    )
    values ($1, $2, $3, $4, 'outbound', 'queued', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, now())
    on conflict (org_id, key) do nothing
    returning org_id, thread_id, mailbox_id, subject
  ), thread as (
    insert into mail.threads (org_id, id, mailbox_id, subject)
    select org_id, thread_id, mailbox_id, subject from stored
    returning id
  )
  select id from thread`

/**
 * Stores a message with its Message-ID and the intention to send it, in the caller's transaction; it leaves
 * after the commit. Stating the same key again changes nothing and returns the stored message's Message-ID.
 * Throws `mail.content_invalid` before touching the database.
 */
export async function queueMessage(ctx: Context, draft: MessageDraft): Promise<{ messageId: string }> {
  const { to, subject, text, html } = readContent(draft)
  const mailbox = await openMailbox(ctx)
  const domain = mailbox.address.slice(mailbox.address.lastIndexOf('@') + 1)
  const messageId = `<${draft.id}@${domain}>`
  const sender: MailAddress = { address: mailbox.address, name: mailbox.name }
  const headers: ExtraHeader[] = [{ name: REFERENCE_HEADER, value: draft.id }]
  if (draft.runId !== undefined) headers.unshift({ name: 'Auto-Submitted', value: 'auto-generated' })
  const stored = await ctx.db.query(STORE, [
    ctx.orgId,
    draft.id,
    mailbox.id,
    newId(),
    draft.key,
    messageId,
    JSON.stringify(sender),
    JSON.stringify([{ role: 'to', address: to, name: '' }]),
    subject,
    text,
    html,
    JSON.stringify(headers),
    draft.runId ?? null,
    JSON.stringify(draft.subjects),
  ])
  if (stored.rowCount === 0) return { messageId: await messageIdOf(ctx, draft.key) }
  await enqueue(ctx, deliverMessage, { key: draft.id, payload: { messageId: draft.id } })
  return { messageId }
}

async function messageIdOf(ctx: Context, key: string): Promise<string> {
  const found = await ctx.db.query<{ rfc_message_id: string }>(
    'select rfc_message_id from mail.messages where org_id = $1 and key = $2',
    [ctx.orgId, key],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return row.rfc_message_id
}
