import type { Context } from '#platform/context.ts'
import { asSealed, type SealedAt } from '#platform/crypto/vault.ts'
import type { ImapPlace } from '#platform/imap/mailbox.ts'

/** A mailbox elsewhere, as it is stored. */
export interface AccountRow {
  readonly id: string
  readonly host: string
  readonly port: number
  readonly security: ImapPlace['security']
  readonly username: string
  readonly password: string
  readonly folder: string
  readonly workflow_id: string
  readonly is_on: boolean
  readonly uid_validity: string | null
  readonly last_uid: string
  readonly last_error: string | null
  readonly failures: number
  readonly looked_at: Date | null
  readonly looks: string
  readonly created_at: Date
}

/** What `AccountRow` is read from. */
export const ACCOUNT_COLUMNS = `id, host, port, security, username, password, folder, workflow_id, is_on, uid_validity, last_uid, last_error, failures,
  looked_at, looks, created_at`

/** A mailbox by its id, locked when it is to be changed; undefined when it is gone. */
export async function readAccount(
  ctx: Context,
  accountId: string,
  lock: '' | ' for update' = '',
): Promise<AccountRow | undefined> {
  const found = await ctx.db.query<AccountRow>(
    `select ${ACCOUNT_COLUMNS} from intake.mail_accounts where org_id = $1 and id = $2${lock}`,
    [ctx.orgId, accountId],
  )
  return found.rows[0]
}

/** Where a mailbox is, with its password open. */
export async function placeOf(ctx: Context, row: AccountRow): Promise<ImapPlace> {
  const password = await ctx.kit.vault.openText(asSealed(row.password), passwordAt(ctx.orgId, row.id))
  const { host, port, security, username, folder } = row
  return { host, port, security, username, folder, password }
}

/** Where the password of a mailbox belongs. */
export function passwordAt(orgId: string, id: string): SealedAt {
  return { orgId, table: 'intake.mail_accounts', column: 'password', id }
}
