import { organizationName } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { newId } from '#platform/ids.ts'
import { headerLine } from '#platform/smtp/letter.ts'
import type { Mailbox, MailboxKind } from './contract.ts'

const NAME_MAX = 78

const FIND = `
  select id, kind, address, name, status, last_error from mail.mailboxes
  where org_id = $1 and kind = $2 and address = $3`

const CREATE = `
  insert into mail.mailboxes (org_id, id, kind, address, name) values ($1, $2, $3, $4, $5)
  on conflict (org_id, kind, address) do nothing`

interface MailboxRow {
  id: string
  kind: MailboxKind
  address: string
  name: string
  status: Mailbox['status']
  last_error: string | null
}

/**
 * Which kind of mailbox the installation's settings ask for. When they change, new messages use another
 * mailbox and stored ones stay with theirs: what was written while nothing could leave never leaves later.
 */
function kindOf(ctx: Context): MailboxKind {
  return ctx.kit.config.smtpUrl === undefined ? 'development' : 'smtp'
}

/**
 * The sender's name; empty for an organization that is gone. In a name, what looks like an encoded word
 * (RFC 2047) is broken up: readers' programs would decode it even inside quotes.
 */
async function senderName(ctx: Context): Promise<string> {
  const name = (await organizationName(ctx)) ?? ''
  return headerLine(name.replaceAll('=?', '= ?'), NAME_MAX)
}

async function find(ctx: Context): Promise<MailboxRow | undefined> {
  const found = await ctx.db.query<MailboxRow>(FIND, [ctx.orgId, kindOf(ctx), ctx.kit.config.mailFrom])
  return found.rows[0]
}

const opened = new WeakMap<Tx, Map<string, Promise<MailboxRow | undefined>>>()

/** Read once in a transaction; one that is created there may be rolled back to a savepoint and is not remembered. */
function findOnce(ctx: Context): Promise<MailboxRow | undefined> {
  const known = opened.get(ctx.db) ?? new Map<string, Promise<MailboxRow | undefined>>()
  opened.set(ctx.db, known)
  const mailbox = known.get(ctx.orgId) ?? find(ctx)
  known.set(ctx.orgId, mailbox)
  return mailbox
}

/** The mailbox that new messages leave from, created at its first use. */
export async function openMailbox(ctx: Context): Promise<MailboxRow> {
  const existing = await findOnce(ctx)
  if (existing) return existing
  const name = await senderName(ctx)
  await ctx.db.query(CREATE, [ctx.orgId, newId(), kindOf(ctx), ctx.kit.config.mailFrom, name])
  const created = await find(ctx)
  if (!created) throw new Error('The mailbox was not stored.')
  return created
}

/** The mailbox as people see it; before its first use, as it will be. */
export async function describeMailbox(ctx: Context): Promise<Mailbox> {
  const existing = await find(ctx)
  if (!existing) {
    const name = await senderName(ctx)
    return {
      kind: kindOf(ctx),
      from: { address: ctx.kit.config.mailFrom, name },
      status: 'active',
      lastError: null,
    }
  }
  return {
    kind: existing.kind,
    from: { address: existing.address, name: existing.name },
    status: existing.status,
    lastError: existing.last_error,
  }
}

/** Notes that the server of a mailbox cannot be used as it is set up; messages wait meanwhile. */
export async function markMailboxFailing(ctx: Context, mailboxId: string, reason: string): Promise<void> {
  await ctx.db.query(
    `update mail.mailboxes set status = 'error', last_error = $3
     where org_id = $1 and id = $2 and status = 'active'`,
    [ctx.orgId, mailboxId, reason],
  )
}

/** Notes that the server of a mailbox works again. */
export async function markMailboxWorking(ctx: Context, mailboxId: string): Promise<void> {
  await ctx.db.query(
    `update mail.mailboxes set status = 'active', last_error = null
     where org_id = $1 and id = $2 and status = 'error'`,
    [ctx.orgId, mailboxId],
  )
}
