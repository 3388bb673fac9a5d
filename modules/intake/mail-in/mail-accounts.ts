import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { ImapError, type ImapPlace, openImapMailbox } from '#platform/imap/mailbox.ts'
import { enqueue } from '#platform/jobs/kinds.ts'
import { intakeErrors } from '../errors.ts'
import { lookIntoMailbox } from './look-into-mailbox.ts'
import { ACCOUNT_COLUMNS, type AccountRow, passwordAt, readAccount } from './mail-account-rows.ts'
import type { MailAccount } from './mail-in-api.ts'
import { requireBoard } from './mail-inbox.ts'

const ACCOUNTS_MAX = 20

/** The mailboxes of the organization that are looked into. */
export async function listMailAccounts(ctx: Context): Promise<{ items: MailAccount[] }> {
  const found = await ctx.db.query<AccountRow>(
    `select ${ACCOUNT_COLUMNS} from intake.mail_accounts where org_id = $1 order by id`,
    [ctx.orgId],
  )
  return { items: found.rows.map(accountOf) }
}

interface NewAccount extends ImapPlace {
  readonly workflowId: string
}

/**
 * Looks into a mailbox from now on, once its server let us in. Throws `request.not_found` for the workflow, `request.invalid`,
 * `intake.mailbox_unreachable` and `intake.too_many_mailboxes`.
 */
export async function createMailAccount(ctx: Context, account: NewAccount): Promise<MailAccount> {
  await requireBoard(ctx, account.workflowId)
  const held = await ctx.db.query<{ n: number }>(
    'select count(*)::int as n from intake.mail_accounts where org_id = $1',
    [ctx.orgId],
  )
  if ((held.rows[0]?.n ?? 0) >= ACCOUNTS_MAX) throw intakeErrors.too_many_mailboxes()
  requireSecure(ctx, account)
  const { uidValidity, uidNext } = await tryPlace(ctx, account)
  const id = newId()
  const password = await ctx.kit.vault.seal(account.password, passwordAt(ctx.orgId, id))
  await ctx.db.query(
    `insert into intake.mail_accounts (org_id, id, host, port, security, username, password, folder, workflow_id, uid_validity,
       last_uid, looked_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now(), $12)`,
    [
      ctx.orgId,
      id,
      account.host.toLowerCase(),
      account.port,
      account.security,
      account.username,
      password,
      account.folder,
      account.workflowId,
      String(uidValidity),
      Math.max(0, uidNext - 1),
      ctx.actor.type === 'user' ? ctx.actor.userId : null,
    ],
  )
  await lookAgain(ctx, id)
  return shown(ctx, id)
}

/**
 * Pauses a mailbox or goes on, gives it another workflow or a password that its server was asked about. Throws `request.not_found`
 * and `intake.mailbox_unreachable`.
 */
export async function changeMailAccount(
  ctx: Context,
  accountId: string,
  change: { isOn?: boolean | undefined; workflowId?: string | undefined; password?: string | undefined },
): Promise<MailAccount> {
  const row = await readAccount(ctx, accountId, ' for update')
  if (!row) throw generalErrors.not_found()
  if (change.workflowId !== undefined) await requireBoard(ctx, change.workflowId)
  if (change.password !== undefined) await tryPlace(ctx, { ...row, password: change.password })
  const password =
    change.password === undefined
      ? row.password
      : await ctx.kit.vault.seal(change.password, passwordAt(ctx.orgId, accountId))
  const isOn = change.isOn ?? row.is_on
  await ctx.db.query(
    `update intake.mail_accounts set is_on = $3, workflow_id = $4, password = $5, failures = 0,
       last_error = case when $6 then null else last_error end
     where org_id = $1 and id = $2`,
    [
      ctx.orgId,
      accountId,
      isOn,
      change.workflowId ?? row.workflow_id,
      password,
      change.password !== undefined || !isOn,
    ],
  )
  if (isOn) await lookAgain(ctx, accountId)
  return shown(ctx, accountId)
}

/** Looks no longer into a mailbox; what came out of it stays. Throws `request.not_found`. */
export async function deleteMailAccount(ctx: Context, accountId: string): Promise<void> {
  const gone = await ctx.db.query('delete from intake.mail_accounts where org_id = $1 and id = $2', [
    ctx.orgId,
    accountId,
  ])
  if (gone.rowCount === 0) throw generalErrors.not_found()
}

/** Starts looking anew: the look that was planned before is none any more. */
async function lookAgain(ctx: Context, accountId: string): Promise<void> {
  const next = await ctx.db.query<{ looks: string }>(
    'update intake.mail_accounts set looks = looks + 1 where org_id = $1 and id = $2 returning looks',
    [ctx.orgId, accountId],
  )
  const look = Number(next.rows[0]?.looks ?? 0)
  await enqueue(ctx, lookIntoMailbox, { key: `${accountId} ${look}`, payload: { accountId, look } })
}

function requireSecure(ctx: Context, { host, port, security }: NewAccount): void {
  const isNeighbour = ctx.kit.config.egressAllow.includes(`${host.toLowerCase()}:${port}`)
  if (security !== 'off' || isNeighbour) return
  const message = 'Without encryption anybody on the way could read the password. Use tls or starttls.'
  throw generalErrors.invalid({ errors: [{ in: 'body', pointer: '/security', code: 'insecure', message }] })
}

async function tryPlace(ctx: Context, place: ImapPlace): Promise<{ uidValidity: bigint; uidNext: number }> {
  try {
    const mailbox = await openImapMailbox(ctx.kit.egress, place)
    await mailbox.close()
    return mailbox
  } catch (error) {
    if (!(error instanceof ImapError)) throw error
    throw intakeErrors.mailbox_unreachable({ detail: `Nothing was saved. ${error.message}`, cause: error })
  }
}

async function shown(ctx: Context, accountId: string): Promise<MailAccount> {
  const row = await readAccount(ctx, accountId)
  if (!row) throw generalErrors.not_found()
  return accountOf(row)
}

function accountOf(row: AccountRow): MailAccount {
  return {
    id: row.id,
    host: row.host,
    port: row.port,
    security: row.security,
    username: row.username,
    folder: row.folder,
    workflowId: row.workflow_id,
    isOn: row.is_on,
    lookedAt: row.looked_at?.toISOString() ?? null,
    lastError: row.last_error,
    createdAt: row.created_at.toISOString(),
  }
}
