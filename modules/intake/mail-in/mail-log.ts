import type { Context, Kit } from '#platform/context.ts'
import { EmailAddress } from '#platform/contract/fields.ts'
import { generalErrors } from '#platform/errors.ts'
import { dropFiles, loadFile } from '#platform/files/files.ts'
import { scanFile } from '#platform/files/scan.ts'
import { Answer } from '#platform/http/handlers.ts'
import { pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { intakeErrors } from '../errors.ts'
import { blockAddress } from '../spam/senders.ts'
import { leadByHand, type MailLead } from './decide-mail.ts'
import {
  MAIL_REASONS,
  type MailDecision,
  type MailReason,
  type ReceivedMail,
  type ReceivedMailDetail,
} from './mail-in-api.ts'
import { requireBoard } from './mail-inbox.ts'
import { storeMailLead } from './mail-lead.ts'
import { factsFor, type MailRow, noteLead, readMailRow, readOrNot } from './process-mail.ts'

interface LogRow {
  id: string
  account_id: string | null
  recipient: string
  workflow_id: string | null
  sender: string | null
  sender_name: string
  forwarded_by: string | null
  subject: string
  preview: string
  size: string
  decision: MailDecision
  reason: MailReason | null
  lead_id: string | null
  released_by: string | null
  created_at: Date
  decided_at: Date | null
}

const COLUMNS = `id, account_id, recipient, workflow_id, sender, sender_name, forwarded_by, subject, preview, size, decision, reason,
  lead_id, released_by, created_at, decided_at`

/** A page of the e-mails that came in, the newest first. */
export async function listReceivedMails(
  ctx: Context,
  query: { limit: number; cursor?: string | undefined; decision?: MailDecision | undefined },
): Promise<{ items: ReceivedMail[]; nextCursor: string | null }> {
  const found = await ctx.db.query<LogRow>(
    `select ${COLUMNS} from intake.mails
     where org_id = $1 and ($2::uuid is null or id < $2) and ($3::text is null or decision = $3)
     order by id desc limit $4`,
    [ctx.orgId, readIdCursor(query), query.decision ?? null, query.limit + 1],
  )
  return pageOfRows(query, found.rows, mailOf)
}

const TEXT_MAX = 10_000

/** One e-mail with the beginning of its text. Throws `request.not_found`. */
export async function getReceivedMail(ctx: Context, mailId: string): Promise<ReceivedMailDetail> {
  const found = await ctx.db.query<LogRow & { file_id: string }>(
    `select ${COLUMNS}, file_id from intake.mails where org_id = $1 and id = $2`,
    [ctx.orgId, mailId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  const mail = await readOrNot(await loadFile(ctx, row.file_id))
  return {
    ...mailOf(row),
    text: [...(mail?.text ?? '')].slice(0, TEXT_MAX).join(''),
    files: (mail?.files ?? [])
      .filter(({ isInline }) => !isInline)
      .map(({ name, bytes }) => ({ name: name || 'file', size: bytes.length })),
  }
}

/** The bytes of an e-mail as it came. Throws `request.not_found` and `files.damaged`. */
export async function loadMailSource(ctx: Context, mailId: string): Promise<Uint8Array> {
  const row = await readMailRow(ctx, mailId)
  if (!row) throw generalErrors.not_found()
  return loadFile(ctx, row.file_id)
}

/**
 * An e-mail as it came, to be saved, with all that came along: the scanner is asked each time, because nothing of a message that is no
 * lead has been scanned. Throws `intake.file_held_back` and `intake.mail_harmful`.
 */
export async function giveMailSource(kit: Kit, bytes: Uint8Array): Promise<Answer> {
  // Not every scanner opens a message to see what is in it.
  const mail = kit.config.fileScanner === undefined ? null : await readOrNot(bytes)
  for (const each of [bytes, ...(mail?.files ?? []).map(file => file.bytes)]) {
    const scan = await scanFile(kit, inOne(each))
    if (scan === 'unreachable') throw intakeErrors.file_held_back()
    if (scan === 'infected') throw intakeErrors.mail_harmful()
  }
  return new Answer(200, bytes, {
    'content-type': 'message/rfc822',
    'content-length': String(bytes.length),
    'content-disposition': 'attachment; filename="message.eml"',
    'cache-control': 'private, no-store',
  })
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/**
 * Makes an e-mail a lead all the same, once: a second time its lead is the answer. Throws `request.not_found`, `request.invalid`, and
 * `intake.mail_not_a_lead` for one that names nobody.
 */
export async function releaseMail(
  ctx: Context,
  mailId: string,
  wish: { workflowId?: string | undefined; email?: string | undefined },
): Promise<{ leadId: string }> {
  const row = await readMailRow(ctx, mailId, ' for update')
  if (!row) throw generalErrors.not_found()
  if (row.lead_id !== null) return { leadId: row.lead_id }
  const email = wish.email === undefined ? undefined : EmailAddress.safeParse(wish.email)
  if (email?.success === false) throw invalid('/email', 'Enter an e-mail address like name@example.com.')
  const workflowId = wish.workflowId ?? row.workflow_id
  if (workflowId === null) throw invalid('/workflowId', 'Choose the workflow it becomes a lead of.')
  await requireBoard(ctx, workflowId)
  const lead = await leadIn(ctx, row, email?.data.toLowerCase())
  const leadId = await storeMailLead(ctx, { mailId, workflowId, lead })
  const releasedBy = ctx.actor.type === 'user' ? { releasedBy: ctx.actor.userId } : {}
  await noteLead(ctx, row, { leadId, hash: null, lead, workflowId, ...releasedBy })
  return { leadId }
}

async function leadIn(ctx: Context, row: MailRow, email: string | undefined): Promise<MailLead> {
  const raw = await loadFile(ctx, row.file_id)
  const mail = await readOrNot(raw)
  const lead = mail && leadByHand(mail, await factsFor(ctx, row), email)
  if (lead) return lead
  if (email === undefined) throw intakeErrors.mail_not_a_lead()
  // What could not be read is kept as a file at the lead.
  const files = [{ name: 'message.eml', bytes: raw, isInline: false }]
  return { email, name: '', subject: '', text: '', files, forwardedBy: null, note: '' }
}

function invalid(pointer: string, message: string) {
  return generalErrors.invalid({ errors: [{ in: 'body', pointer, code: 'needed', message }] })
}

/** Blocks the sender of an e-mail, or everybody at its domain. Throws `request.not_found` and `intake.sender_unknown`. */
export async function blockMailSender(ctx: Context, mailId: string, kind: 'email' | 'domain'): Promise<void> {
  const found = await ctx.db.query<{ sender: string | null }>(
    'select sender from intake.mails where org_id = $1 and id = $2',
    [ctx.orgId, mailId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  if (row.sender === null) throw intakeErrors.sender_unknown()
  await blockAddress(ctx, kind, row.sender)
}

/** Deletes an e-mail that is no lead. Throws `request.not_found` and `intake.mail_is_lead`. */
export async function deleteReceivedMail(ctx: Context, mailId: string): Promise<void> {
  const row = await readMailRow(ctx, mailId, ' for update')
  if (!row) throw generalErrors.not_found()
  if (row.lead_id !== null) throw intakeErrors.mail_is_lead()
  await ctx.db.query('delete from intake.mails where org_id = $1 and id = $2', [ctx.orgId, mailId])
  await dropUnused(ctx, [row.file_id])
}

/** Takes e-mails away that came 30 days ago, a batch at a time; what came with those that became leads stays with the leads. */
export async function forgetMails(ctx: Context, batch = 500): Promise<number> {
  const gone = await ctx.db.query<{ file_id: string }>(
    `delete from intake.mails where org_id = $1 and id in (
       select id from intake.mails
       where org_id = $1 and created_at < now() - interval '30 days' and decision <> 'waiting' order by id limit $2)
     returning file_id`,
    [ctx.orgId, batch],
  )
  await dropUnused(
    ctx,
    gone.rows.map(row => row.file_id),
  )
  return gone.rows.length
}

/** Takes the files away that came by e-mail with leads that are being deleted for good, in the caller's transaction. */
export async function dropFilesOfMail(ctx: Context, leadIds: readonly string[]): Promise<void> {
  const gone = await ctx.db.query<{ file_id: string }>(
    'delete from intake.mail_files where org_id = $1 and lead_id = any($2) returning file_id',
    [ctx.orgId, leadIds],
  )
  dropFiles(
    ctx,
    gone.rows.map(row => row.file_id),
  )
}

/** A message that came to several addresses is one file. */
async function dropUnused(ctx: Context, fileIds: readonly string[]): Promise<void> {
  if (fileIds.length === 0) return
  const used = await ctx.db.query<{ file_id: string }>(
    'select distinct file_id from intake.mails where org_id = $1 and file_id = any($2)',
    [ctx.orgId, fileIds],
  )
  const kept = new Set(used.rows.map(row => row.file_id))
  dropFiles(
    ctx,
    [...new Set(fileIds)].filter(id => !kept.has(id)),
  )
}

function mailOf(row: LogRow): ReceivedMail {
  return {
    id: row.id,
    accountId: row.account_id,
    recipient: row.recipient,
    workflowId: row.workflow_id,
    sender: row.sender,
    senderName: row.sender_name,
    forwardedBy: row.forwarded_by,
    subject: row.subject,
    preview: row.preview,
    size: Number(row.size),
    decision: row.decision,
    reason: row.reason,
    explanation: row.reason === null ? null : MAIL_REASONS[row.reason],
    leadId: row.lead_id,
    releasedBy: row.released_by,
    receivedAt: row.created_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
  }
}
