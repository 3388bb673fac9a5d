import { createHash } from 'node:crypto'
import { z } from 'zod'
import { activeMembers, isOrganizationClosed } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { AppError } from '#platform/errors.ts'
import { faultPoint } from '#platform/faults.ts'
import { loadFile } from '#platform/files/files.ts'
import { newId } from '#platform/ids.ts'
import { defineJob } from '#platform/jobs/kinds.ts'
import type { ParsedMail } from '#platform/mime/parsed-mail.ts'
import { readMail, UnreadableMail } from '#platform/mime/read-mail.ts'
import { listStatuses } from '../lead-statuses.ts'
import { keysOfSender } from '../spam/senders.ts'
import { decideMail, leadByHand, type MailFacts, type MailVerdict, senderOf } from './decide-mail.ts'
import { readMailAddress } from './mail-address.ts'
import type { MailReason } from './mail-in-api.ts'
import { lineOf, storeMailLead } from './mail-lead.ts'

/** E-mails of one sender that become anything within an hour. */
const SENDER_MAX = 30

const ACTOR = { type: 'system', name: 'mail' } as const

/** A message that came in, as it is stored. */
export interface MailRow {
  readonly id: string
  readonly workflow_id: string | null
  readonly account_id: string | null
  readonly envelope_from: string | null
  readonly file_id: string
  readonly size: string
  readonly decision: string
  readonly lead_id: string | null
}

/** A row of a message, locked when it is to be decided about; undefined when it is gone. */
export async function readMailRow(
  ctx: Context,
  mailId: string,
  lock: '' | ' for update' = '',
): Promise<MailRow | undefined> {
  const found = await ctx.db.query<MailRow>(
    `select id, workflow_id, account_id, envelope_from, file_id, size, decision, lead_id from intake.mails
     where org_id = $1 and id = $2${lock}`,
    [ctx.orgId, mailId],
  )
  return found.rows[0]
}

/** Decides about a message that was kept. Done again it changes nothing. */
export const decideMailJob = defineJob({
  kind: 'intake.decide_mail',
  payload: z.strictObject({ mailId: Id }),
  attemptsMax: 40,
  timeoutMs: 120_000,
  async run({ kit, orgId, payload: { mailId } }) {
    faultPoint('mail_in.before_decision')
    const raw = await inOrganization(kit, { orgId, actor: ACTOR }, async ctx => {
      const row = await readMailRow(ctx, mailId)
      return row?.decision === 'waiting' ? loadRaw(ctx, row) : undefined
    })
    if (raw === undefined) return
    const mail = raw === null ? null : await readOrNot(raw)
    await inOrganization(kit, { orgId, actor: ACTOR }, async ctx => {
      const row = await readMailRow(ctx, mailId, ' for update')
      if (row?.decision === 'waiting') await decide(ctx, row, mail)
    })
    faultPoint('mail_in.after_decision')
  },
})

/** The bytes of a message; null when they are not what they were. */
async function loadRaw(ctx: Context, row: MailRow): Promise<Uint8Array | null> {
  try {
    return await loadFile(ctx, row.file_id)
  } catch (error) {
    if (error instanceof AppError && error.code === 'files.damaged') return null
    throw error
  }
}

/** What a message says; null for one that cannot be read. */
export async function readOrNot(raw: Uint8Array): Promise<ParsedMail | null> {
  try {
    return await readMail(raw)
  } catch (error) {
    if (error instanceof UnreadableMail) return null
    throw error
  }
}

async function decide(ctx: Context, row: MailRow, mail: ParsedMail | null): Promise<void> {
  if (!mail) return note(ctx, row, null, { kind: 'quarantined', reason: 'unreadable' })
  const verdict = await verdictOf(ctx, row, mail)
  if (verdict.kind !== 'lead') return note(ctx, row, mail, verdict)
  const { lead } = verdict
  const hash = hashOf(mail, lead.email)
  const hindrance = await hindranceOf(ctx, row, lead.email, hash)
  if (hindrance) return note(ctx, row, mail, hindrance)
  const leadId = await storeMailLead(ctx, { mailId: row.id, workflowId: row.workflow_id ?? '', lead })
  await noteLead(ctx, row, { leadId, hash, lead, workflowId: row.workflow_id ?? '' })
}

/** What the message is worth by itself, unless a member decided about its sender: blocked, or let in whatever it looks like. */
async function verdictOf(ctx: Context, row: MailRow, mail: ParsedMail): Promise<MailVerdict> {
  const facts = await factsFor(ctx, row)
  const verdict = decideMail(mail, facts)
  if (verdict.kind === 'ignored') return verdict
  const lead = verdict.kind === 'lead' ? verdict.lead : leadByHand(mail, facts)
  const decided = lead ? await decidedAbout(ctx, lead.email) : null
  if (decided === 'block') return { kind: 'quarantined', reason: 'blocked' }
  const isWrongly = verdict.kind === 'quarantined' && verdict.reason === 'spam'
  return lead && isWrongly && decided === 'allow' ? { kind: 'lead', lead } : verdict
}

/** What members decided about a sender or everybody at its domain; a block goes before. */
async function decidedAbout(ctx: Context, email: string): Promise<'block' | 'allow' | null> {
  const found = await ctx.db.query<{ verdict: 'block' | 'allow' }>(
    `select verdict from intake.sender_rules where org_id = $1 and key_hash = any($2::text[])
     order by verdict = 'block' desc limit 1`,
    [ctx.orgId, keysOfSender(ctx.kit, ctx.orgId, email)],
  )
  return found.rows[0]?.verdict ?? null
}

/** What a decision about a message goes by besides itself. */
export async function factsFor(ctx: Context, row: MailRow): Promise<MailFacts> {
  const { config } = ctx.kit
  const [members, accounts] = await Promise.all([
    activeMembers(ctx),
    ctx.db.query<{ username: string }>('select username from intake.mail_accounts where org_id = $1', [
      ctx.orgId,
    ]),
  ])
  const memberAddresses = new Set(members.map(({ email }) => email.toLowerCase()))
  const own = new Set(
    [config.mailFrom, ...accounts.rows.map(each => each.username)].map(each => each.toLowerCase()),
  )
  return {
    envelopeFrom: row.envelope_from,
    size: Number(row.size),
    isOwn: address => own.has(address) || readMailAddress(config, address) !== null,
    isMember: address => memberAddresses.has(address),
  }
}

// Mails of one sender are decided about one after the other, so that each sees what became of those before it.
const TURN = `select pg_advisory_xact_lock(hashtextextended('intake.mails ' || $1::text || ' ' || $2, 0))`

type Hindrance = { readonly kind: 'ignored' | 'quarantined'; readonly reason: MailReason }

/** Why what would be a lead becomes none: it is there already, there are too many, or it has no place to go. */
async function hindranceOf(
  ctx: Context,
  row: MailRow,
  sender: string,
  hash: Buffer,
): Promise<Hindrance | null> {
  if (row.workflow_id === null) return { kind: 'quarantined', reason: 'no_workflow' }
  await ctx.db.query(TURN, [ctx.orgId, sender])
  const [columns, isClosed, known, many] = await Promise.all([
    listStatuses(ctx, row.workflow_id),
    isOrganizationClosed(ctx),
    ctx.db.query(
      `select 1 from intake.mails
       where org_id = $1 and workflow_id = $2 and message_hash = $3 and decision = 'lead'`,
      [ctx.orgId, row.workflow_id, hash],
    ),
    ctx.db.query<{ n: number }>(
      `select count(*)::int as n from intake.mails
       where org_id = $1 and sender = $2 and created_at > now() - interval '1 hour' and decision in ('lead', 'ignored')`,
      [ctx.orgId, sender],
    ),
  ])
  if (known.rows.length > 0) return { kind: 'ignored', reason: 'duplicate' }
  if ((many.rows[0]?.n ?? 0) >= SENDER_MAX) return { kind: 'ignored', reason: 'too_many' }
  if (isClosed) return { kind: 'quarantined', reason: 'closed' }
  return columns.length === 0 ? { kind: 'quarantined', reason: 'no_workflow' } : null
}

/** One and the same message: its Message-ID and sender, or all of it where it has none. */
export function hashOf(mail: ParsedMail, sender: string): Buffer {
  const name = mail.messageId ?? JSON.stringify([mail.subject, mail.text, mail.headers])
  return createHash('sha256').update(`${sender}\n${name}`).digest()
}

const DECIDE = `
  update intake.mails set decision = $3, reason = $4, sender = $5, sender_name = $6, subject = $7, preview = $8,
    forwarded_by = $9, lead_id = $10, message_hash = $11, released_by = $12, workflow_id = coalesce($13, workflow_id),
    decided_at = now()
  where org_id = $1 and id = $2`

const PREVIEW_MAX = 300

async function note(
  ctx: Context,
  row: MailRow,
  mail: ParsedMail | null,
  { kind, reason }: Hindrance,
): Promise<void> {
  const from = mail ? senderOf(mail) : undefined
  await write(ctx, row.id, [
    kind,
    reason,
    from?.address.toLowerCase() ?? null,
    lineOf(from?.name ?? mail?.from[0]?.name ?? '', 200),
    lineOf(mail?.subject ?? '', 500),
    lineOf(mail?.text.slice(0, PREVIEW_MAX * 4) ?? '', PREVIEW_MAX),
    null,
    null,
    null,
    null,
    null,
  ])
}

/** Notes that a message became a lead, of its workflow or of another one, by itself or by the hand of a member. */
export async function noteLead(
  ctx: Context,
  row: MailRow,
  became: {
    leadId: string
    /** Null for one that a member let in: it counts for no other one. */
    hash: Buffer | null
    lead: { email: string; name: string; subject: string; text: string; forwardedBy: string | null }
    workflowId: string
    releasedBy?: string
  },
): Promise<void> {
  const { lead } = became
  await write(ctx, row.id, [
    'lead',
    null,
    lead.email,
    lineOf(lead.name, 200),
    lineOf(lead.subject, 500),
    lineOf(lead.text.slice(0, PREVIEW_MAX * 4), PREVIEW_MAX),
    lead.forwardedBy,
    became.leadId,
    became.hash,
    became.releasedBy ?? null,
    became.workflowId,
  ])
}

async function write(ctx: Context, mailId: string, values: readonly unknown[]): Promise<void> {
  await ctx.db.query(DECIDE, [ctx.orgId, mailId, ...values])
  const subjects = [{ type: 'mail', id: mailId }]
  ctx.db.afterCommit(() =>
    ctx.kit.live.send({ id: newId(), orgId: ctx.orgId, type: 'intake_mail.decided', subjects }),
  )
}
