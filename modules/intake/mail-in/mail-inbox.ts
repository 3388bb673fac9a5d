import { isOrganizationClosed } from '#modules/iam/index.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { constraintOf, sqlState } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import { intakeErrors } from '../errors.ts'
import { ensureDefaultStatuses, listStatuses } from '../lead-statuses.ts'
import { mailAddress, makeMailKey, readMailAddress } from './mail-address.ts'
import type { MailInbox } from './mail-in-api.ts'

interface InboxRow {
  key: string
  is_open: boolean
  workflow_id: string | null
}

const READ = 'select key, is_open, workflow_id from intake.mail_inboxes where org_id = $1'

async function readInbox(ctx: Context, lock: '' | ' for update' = ''): Promise<InboxRow | undefined> {
  const found = await ctx.db.query<InboxRow>(`${READ}${lock}`, [ctx.orgId])
  return found.rows[0]
}

/** Where the organization is written to, and which workflows have addresses of their own. */
export async function getMailInbox(ctx: Context): Promise<MailInbox> {
  const { config } = ctx.kit
  const [inbox, tags] = await Promise.all([
    readInbox(ctx),
    ctx.db.query<{ workflow_id: string; tag: string }>(
      'select workflow_id, tag from intake.mail_tags where org_id = $1 order by tag',
      [ctx.orgId],
    ),
  ])
  const key = inbox?.key ?? ''
  return {
    address: inbox ? mailAddress(config, { key, tag: '' }) : null,
    isOpen: inbox?.is_open ?? false,
    workflowId: inbox?.workflow_id ?? null,
    tags: tags.rows.map(({ workflow_id, tag }) => ({
      workflowId: workflow_id,
      tag,
      address: mailAddress(config, { key, tag }),
      plainAddress: mailAddress(config, { key, tag }, '.'),
    })),
    domain: config.intakeMailDomain,
    isReceiving: config.intakeSmtp !== null,
    port: config.intakeSmtp?.port || null,
    megabytesMax: Math.floor(config.intakeMailBytesMax / 1_048_576),
  }
}

/** Opens or closes the address, which is made the first time. Throws `request.not_found` for a workflow that is not there. */
export async function saveMailInbox(
  ctx: Context,
  { isOpen, workflowId }: { isOpen: boolean; workflowId: string | null },
): Promise<MailInbox> {
  if (workflowId !== null) await requireBoard(ctx, workflowId)
  const key = makeMailKey()
  const made = await ctx.db.query<{ key: string }>(
    `insert into intake.mail_inboxes (org_id, key, is_open, workflow_id) values ($1, $2, $3, $4)
     on conflict (org_id) do update set is_open = excluded.is_open, workflow_id = excluded.workflow_id
     returning key`,
    [ctx.orgId, key, isOpen, workflowId],
  )
  if (made.rows[0]?.key === key) await claimKey(ctx, key)
  return getMailInbox(ctx)
}

/** Gives the organization another address; the one before leads nowhere. Throws `intake.mail_not_set_up`. */
export async function renewMailAddress(ctx: Context): Promise<MailInbox> {
  if (!(await readInbox(ctx, ' for update'))) throw intakeErrors.mail_not_set_up()
  const key = makeMailKey()
  await ctx.db.query('update intake.mail_inboxes set key = $2 where org_id = $1', [ctx.orgId, key])
  await ctx.db.query('delete from intake.mail_keys where org_id = $1', [ctx.orgId])
  await claimKey(ctx, key)
  return getMailInbox(ctx)
}

async function claimKey(ctx: Context, key: string): Promise<void> {
  await ctx.db.query('insert into intake.mail_keys (key, org_id) values ($1, $2)', [key, ctx.orgId])
}

/**
 * Gives a workflow an address of its own, or another word in it. Throws `intake.mail_not_set_up`, `intake.mail_tag_taken` and
 * `request.not_found`.
 */
export async function saveMailTag(ctx: Context, workflowId: string, tag: string): Promise<MailInbox> {
  if (!(await readInbox(ctx))) throw intakeErrors.mail_not_set_up()
  await requireBoard(ctx, workflowId)
  try {
    await ctx.db.query(
      `insert into intake.mail_tags (org_id, workflow_id, tag) values ($1, $2, $3)
       on conflict (org_id, workflow_id) do update set tag = excluded.tag`,
      [ctx.orgId, workflowId, tag],
    )
  } catch (error) {
    if (constraintOf(error) === 'mail_tags_tag') throw intakeErrors.mail_tag_taken({ cause: error })
    throw error
  }
  return getMailInbox(ctx)
}

/** Takes the address of a workflow away. Throws `request.not_found` when it has none. */
export async function deleteMailTag(ctx: Context, workflowId: string): Promise<void> {
  const gone = await ctx.db.query('delete from intake.mail_tags where org_id = $1 and workflow_id = $2', [
    ctx.orgId,
    workflowId,
  ])
  if (gone.rowCount === 0) throw generalErrors.not_found()
}

/** Sees to it that a workflow has a board, where leads come in. Throws `request.not_found` for one that does not exist. */
export async function requireBoard(ctx: Context, workflowId: string): Promise<void> {
  if ((await listStatuses(ctx, workflowId)).length > 0) return
  try {
    await ensureDefaultStatuses(ctx, workflowId)
  } catch (error) {
    // The one thing a column refers to is its workflow.
    if (sqlState(error) === '23503') throw generalErrors.not_found({ cause: error })
    throw error
  }
}

/** Whose mail it is that is sent to an address. */
export interface MailRecipient {
  readonly orgId: string
  /** As it was written. */
  readonly address: string
  /** Null when neither the address nor the settings name one. */
  readonly workflowId: string | null
}

const TARGET = `
  select i.is_open, coalesce(t.workflow_id, i.workflow_id) as workflow_id
  from intake.mail_inboxes i
  left join intake.mail_tags t on t.org_id = $1 and t.tag = $3
  where i.org_id = $1 and i.key = $2`

/** Who is meant by an address; `unknown` for one that leads nowhere, `closed` where no mail is taken just now. */
export async function findMailRecipient(
  kit: Kit,
  address: string,
): Promise<MailRecipient | 'unknown' | 'closed'> {
  const to = readMailAddress(kit.config, address)
  if (!to) return 'unknown'
  const owner = await kit.db.withGlobal(tx =>
    tx.query<{ org_id: string }>('select org_id from intake.mail_keys where key = $1', [to.key]),
  )
  const orgId = owner.rows[0]?.org_id
  if (orgId === undefined) return 'unknown'
  return inOrganization(kit, { orgId, actor: { type: 'system', name: 'mail' } }, async ctx => {
    const found = await ctx.db.query<{ is_open: boolean; workflow_id: string | null }>(TARGET, [
      orgId,
      to.key,
      to.tag,
    ])
    const row = found.rows[0]
    if (!row) return 'unknown'
    if (!row.is_open || (await isOrganizationClosed(ctx))) return 'closed'
    return { orgId, address, workflowId: row.workflow_id }
  })
}
