import { z } from 'zod'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { discardIncoming, receiveFile } from '#platform/files/store.ts'
import { newId } from '#platform/ids.ts'
import { ImapError, type ImapMailbox, openImapMailbox } from '#platform/imap/mailbox.ts'
import { defineJob, enqueue } from '#platform/jobs/kinds.ts'
import { readMail, UnreadableMail } from '#platform/mime/read-mail.ts'
import { type AccountRow, placeOf, readAccount } from './mail-account-rows.ts'
import { keepMail, keepTooBig } from './receive-mail.ts'

const ACTOR = { type: 'system', name: 'mail' } as const
/** Messages that one look takes in; the next one follows at once when there are more. */
const MESSAGES_MAX = 100
const EVERY_S = 60
const PAUSE_MAX_S = 3_600
/** A folder that was made anew is read from this long before the last look on: servers may keep other days than we do. */
const OVERLAP_MS = 86_400_000

/**
 * Looks into a mailbox and plans the next look. Each look has a number, and only the one that the mailbox waits for does anything,
 * so that there is one at a time however often it was changed.
 */
export const lookIntoMailbox = defineJob({
  kind: 'intake.look_into_mailbox',
  payload: z.strictObject({ accountId: Id, look: z.number().int() }),
  attemptsMax: 1_000,
  timeoutMs: 300_000,
  async run({ kit, orgId, payload, signal }) {
    const due = await inOrganization(kit, { orgId, actor: ACTOR }, async ctx => {
      const row = await readAccount(ctx, payload.accountId)
      if (!row?.is_on || Number(row.looks) !== payload.look) return null
      return { row, place: await placeOf(ctx, row) }
    })
    if (!due) return
    let outcome: Outcome
    try {
      const mailbox = await openImapMailbox(kit.egress, due.place, signal)
      try {
        outcome = { error: null, hasMore: await takeIn(kit, orgId, due.row, mailbox) }
      } finally {
        await mailbox.close()
      }
    } catch (error) {
      if (!(error instanceof ImapError) || signal.aborted) throw error
      outcome = { error: error.message, hasMore: false }
    }
    await inOrganization(kit, { orgId, actor: ACTOR }, ctx => planNext(ctx, payload, outcome))
  },
})

interface Outcome {
  readonly error: string | null
  readonly hasMore: boolean
}

/** Takes in what is new; whether there is more. */
async function takeIn(kit: Kit, orgId: string, row: AccountRow, mailbox: ImapMailbox): Promise<boolean> {
  const isSame = row.uid_validity === String(mailbox.uidValidity)
  const since = new Date((row.looked_at ?? row.created_at).getTime() - OVERLAP_MS)
  const uids = isSame ? await mailbox.after(Number(row.last_uid)) : await mailbox.since(since)
  if (!isSame) await beginAnew(kit, orgId, row, mailbox, uids)
  for (const uid of uids.slice(0, MESSAGES_MAX)) await takeOne(kit, orgId, row, mailbox, uid)
  return uids.length > MESSAGES_MAX
}

async function beginAnew(
  kit: Kit,
  orgId: string,
  row: AccountRow,
  { uidValidity, uidNext }: ImapMailbox,
  uids: readonly number[],
): Promise<void> {
  const before = Math.max(0, (uids[0] ?? uidNext) - 1)
  await inOrganization(kit, { orgId, actor: ACTOR }, ctx =>
    ctx.db.query(
      'update intake.mail_accounts set uid_validity = $3, last_uid = $4 where org_id = $1 and id = $2',
      [orgId, row.id, String(uidValidity), before],
    ),
  )
}

/** A message and how far the folder was read are stored together: it comes in once, whatever happens in between. */
async function takeOne(
  kit: Kit,
  orgId: string,
  row: AccountRow,
  mailbox: ImapMailbox,
  uid: number,
): Promise<void> {
  const { intakeMailBytesMax, dataDir } = kit.config
  const size = await mailbox.sizeOf(uid)
  const isTooBig = size !== null && size > intakeMailBytesMax
  const raw = size === null ? null : await mailbox.read(uid, isTooBig ? 'headers' : 'whole')
  // What was deleted while we looked, or is empty, is passed by.
  const received = raw && raw.length > 0 ? await receiveFile(dataDir, [raw], raw.length) : null
  const arrived = {
    recipient: row.username,
    workflowId: row.workflow_id,
    accountId: row.id,
    envelopeFrom: null,
  }
  const about = isTooBig && raw ? await headersOf(raw) : null
  await inOrganization(kit, { orgId, actor: ACTOR }, async ctx => {
    const moved = await ctx.db.query(
      `update intake.mail_accounts set last_uid = $4
       where org_id = $1 and id = $2 and uid_validity = $3 and last_uid < $4`,
      [orgId, row.id, String(mailbox.uidValidity), uid],
    )
    if (!received) return
    if (moved.rowCount === 0) await discardIncoming(dataDir, received.id)
    else if (isTooBig) await keepTooBig(ctx, received, { ...arrived, ...about, size })
    else await keepMail(ctx, received, [arrived])
  })
}

async function headersOf(
  raw: Uint8Array,
): Promise<{ sender: string; senderName: string; subject: string } | null> {
  try {
    const { from, subject } = await readMail(raw)
    return { sender: from[0]?.address ?? '', senderName: from[0]?.name ?? '', subject }
  } catch (error) {
    if (error instanceof UnreadableMail) return null
    throw error
  }
}

async function planNext(
  ctx: Context,
  { accountId, look }: { accountId: string; look: number },
  { error, hasMore }: Outcome,
): Promise<void> {
  const noted = await ctx.db.query<{ failures: number }>(
    `update intake.mail_accounts set looks = looks + 1, last_error = $4,
       failures = case when $4::text is null then 0 else least(failures + 1, 30) end,
       looked_at = case when $4::text is null then now() else looked_at end
     where org_id = $1 and id = $2 and looks = $3 and is_on returning failures`,
    [ctx.orgId, accountId, look, error?.slice(0, 500) ?? null],
  )
  const failures = noted.rows[0]?.failures
  if (failures === undefined) return
  const pauseS = hasMore ? 0 : Math.min(PAUSE_MAX_S, EVERY_S * 2 ** Math.max(0, failures - 1))
  await enqueue(ctx, lookIntoMailbox, {
    key: `${accountId} ${look + 1}`,
    payload: { accountId, look: look + 1 },
    // The database's clock decides when it runs; a second more or less is of no weight here.
    ...(pauseS === 0 ? {} : { runAt: new Date(ctx.clock.now().getTime() + pauseS * 1_000) }),
  })
  const subjects = [{ type: 'mail_account', id: accountId }]
  ctx.db.afterCommit(() =>
    ctx.kit.live.send({ id: newId(), orgId: ctx.orgId, type: 'intake_mail.looked', subjects }),
  )
}
