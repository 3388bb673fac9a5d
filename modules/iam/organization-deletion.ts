import type { OutsideContext } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { AppError, generalErrors } from '#platform/errors.ts'
import { type Credential, mintCredential } from './credentials.ts'
import { iamErrors } from './errors.ts'
import { queueLetter } from './letters.ts'
import { enterOrganization, findMembership } from './organizations.ts'
import { notePlatformAct } from './platform-acts.ts'

/** Who asks for the deletion, and of what. */
export interface Deletion {
  readonly userId: string
  /** Null for a program, which has no session to go on with. */
  readonly sessionId: string | null
  readonly orgId: string
  /** What was typed to confirm. */
  readonly name: string
  readonly address: string
}

/** Where the person goes on. */
export interface Afterwards {
  readonly orgId: string | null
  /** The session's new token, for the cookie. */
  readonly token: Credential | null
}

/**
 * Ends an organization: from this transaction on nobody is in it and nothing of it is reached, and its erasure is on
 * record for the schedule, which takes everything away. Its members stay users and are told by letter. Throws
 * `iam.owner_needed`, `iam.name_differs`, `request.not_found` when it is being deleted already.
 */
export async function deleteOrganization(ctx: OutsideContext, deletion: Deletion): Promise<Afterwards> {
  const { orgId, userId } = deletion
  const { people, email } = await ctx.db.inOrg(orgId, tx => close(tx, deletion))
  await ctx.db.query('insert into platform.erasures (org_id, requested_by) values ($1, $2)', [orgId, userId])
  await signOut(ctx.db, deletion, people)
  await notePlatformAct(ctx, {
    action: 'organization.deleted',
    subjectType: 'organization',
    subjectId: orgId,
    reason: '',
    address: deletion.address,
  })
  await queueLetter(ctx.db, ctx.kit, {
    to: email,
    subject: `${deletion.name} is deleted`,
    text: `You have deleted the organization ${deletion.name}. Its members are signed out of it, and everything in it is being removed for good.\n\nYour own account stays. If this was not you, change your password and write to whoever runs this installation at once.`,
    expiresAt: null,
  })
  return goOn(ctx, deletion)
}

/** Puts the organization into its last state. Returns its members' user ids and the owner's e-mail address. */
async function close(
  tx: Tx,
  { orgId, userId, name }: Deletion,
): Promise<{ people: string[]; email: string }> {
  const membership = await findMembership(tx, orgId, userId)
  if (!membership) throw generalErrors.not_found()
  if (membership.organization.name !== name) throw iamErrors.name_differs()
  if (membership.role !== 'owner') throw iamErrors.owner_needed()
  const closed = await tx.query(
    `update iam.organizations set status = 'deleting' where org_id = $1 and status <> 'deleting'`,
    [orgId],
  )
  if (closed.rowCount === 0) throw generalErrors.not_found()
  const members = await tx.query<{ user_id: string }>('select user_id from iam.members where org_id = $1', [
    orgId,
  ])
  const owner = await tx.query<{ email: string }>('select email from iam.users where id = $1', [userId])
  return { people: members.rows.map(row => row.user_id), email: owner.rows[0]?.email ?? '' }
}

/** Ends every session and token in the organization, but for the session of the one who asks. */
async function signOut(tx: Tx, { orgId, sessionId }: Deletion, people: readonly string[]): Promise<void> {
  await tx.query(
    'delete from iam.sessions where org_id = $1 and user_id = any($2) and ($3::uuid is null or id <> $3)',
    [orgId, people, sessionId],
  )
  await tx.query('delete from iam.token_families where org_id = $1 and user_id = any($2)', [orgId, people])
}

/** Moves the session on before the erasure comes for those of the organization. */
async function goOn(ctx: OutsideContext, { userId, sessionId }: Deletion): Promise<Afterwards> {
  // Organizations that ask for their own provider are no place to go on in.
  const orgId = await enterOrganization(ctx.db, userId).catch(error => {
    if (error instanceof AppError && error.code === 'iam.provider_required') return null
    throw error
  })
  if (sessionId === null) return { orgId, token: null }
  const token = mintCredential('session', orgId)
  await ctx.db.query('update iam.sessions set token_hash = $1, org_id = $2 where id = $3', [
    token.hash,
    orgId,
    sessionId,
  ])
  return { orgId, token }
}
