import { audit } from '#platform/audit/audit.ts'
import { auditRefusal } from '#platform/audit/requests.ts'
import { contextOn, inOrganization, type Kit } from '#platform/context.ts'
import type { GlobalTx, Tx } from '#platform/db/database.ts'
import type { Http } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import { messageOf } from '#platform/log.ts'
import { userAgentOf } from './sessions.ts'

/** Organizations that are told of a failed try of one member, those used last. */
const ORGANIZATIONS_MAX = 20

/**
 * Enters into an organization's log that a person signed in to it. Call it last in the transaction: other entries of
 * the organization wait from then on.
 */
export async function auditSignIn(
  tx: GlobalTx,
  http: Http,
  entered: { userId: string; orgId: string | null; client: 'browser' | 'api' },
): Promise<void> {
  const { userId, orgId, client } = entered
  if (orgId === null) return
  const name = await nameOf(tx, userId)
  const caller = { name, address: http.address, userAgent: userAgentOf(http) }
  const options = { orgId, actor: { type: 'user', userId } as const, caller, requestId: http.requestId }
  await tx.inOrg(orgId, inner =>
    audit(contextOn(http.kit, inner, options), {
      action: 'sign_in.accepted',
      object: { type: 'user', id: userId, name },
      after: { client },
    }),
  )
}

/**
 * Enters into the logs of a member's organizations that somebody tried to sign in as them and was refused. Returns at once
 * and works after the answer, also for nobody: whether there is such a person must not show in how long answers take.
 */
export function auditRefusedSignIn(
  kit: Kit,
  tried: { userId: string | null; address: string; reason: 'credentials' | 'second_factor' },
): void {
  setImmediate(() => {
    enterRefused(kit, tried).catch(error =>
      kit.log.error({ error: messageOf(error) }, 'iam.refused_sign_in_not_entered'),
    )
  })
}

async function enterRefused(
  kit: Kit,
  tried: { userId: string | null; address: string; reason: string },
): Promise<void> {
  const { address, reason } = tried
  const userId = tried.userId ?? newId()
  const [name, organizations] = await kit.db.withGlobal(async tx => [
    await nameOf(tx, userId),
    await tx.query<{ org_id: string }>(
      'select org_id from iam.user_organizations where user_id = $1 order by last_used_at desc limit $2',
      [userId, ORGANIZATIONS_MAX],
    ),
  ])
  const caller = { name: 'Somebody', address, userAgent: '' }
  for (const { org_id: orgId } of organizations.rows) {
    const options = { orgId, actor: { type: 'visitor', address } as const, caller }
    const isMember = await inOrganization(kit, options, async ctx => {
      const found = await ctx.db.query(
        `select 1 from iam.members where org_id = $1 and user_id = $2 and status in ('active', 'suspended')`,
        [orgId, userId],
      )
      return found.rowCount === 1
    })
    if (!isMember) continue
    const object = { type: 'user', id: userId, name }
    await auditRefusal(kit, options, { action: 'sign_in.refused', object, why: { reason } })
  }
}

async function nameOf(tx: Tx, userId: string): Promise<string> {
  const found = await tx.query<{ name: string }>('select name from iam.users where id = $1', [userId])
  return found.rows[0]?.name ?? 'A former user'
}
