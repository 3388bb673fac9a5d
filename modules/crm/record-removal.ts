import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { openRecords, recordAccess } from '#platform/owned.ts'
import { noteChanges } from './changes.ts'
import { requireFreeEmail } from './email-owners.ts'
import { companyDeleted, companyRestored, personDeleted, personRestored } from './record-events.ts'
import type { WriteOptions } from './record-kind.ts'
import { RECORD_TABLE } from './record-tables.ts'

/** The objects whose records are deleted and restored here. */
type Removable = 'company' | 'person'

const MAY_CHANGE = (object: Removable) => `iam.record_access('${object}', owner_user_id, id) = 'write'`

const REMOVE = (object: Removable) => `
  update ${RECORD_TABLE[object]} set deleted_at = now(), updated_at = now()
  where org_id = $1 and id = any($2::uuid[]) and deleted_at is null and ${MAY_CHANGE(object)}
  returning id`

const RESTORE = (object: Removable) => `
  update ${RECORD_TABLE[object]} set deleted_at = null, updated_at = now()
  where org_id = $1 and id = any($2::uuid[]) and deleted_at is not null and merged_into is null and ${MAY_CHANGE(object)}
  returning id`

/**
 * Marks records as deleted and gives the ids of those that were there, seen and may be changed. The positions of people go with
 * them, so that their addresses are free. Publishes an event for each.
 */
export async function removeRecords(
  ctx: Context,
  object: Removable,
  ids: readonly string[],
  options: WriteOptions = {},
): Promise<string[]> {
  openRecords(ctx, object, ids)
  const removed = idsOf(await ctx.db.query<{ id: string }>(REMOVE(object), [ctx.orgId, ids]))
  if (removed.length === 0) return []
  // The same instant as their person's tells these from positions that were taken away before.
  if (object === 'person')
    ctx.db.send(
      `update crm.positions set deleted_at = now(), updated_at = now()
       where org_id = $1 and person_id = any($2::uuid[]) and deleted_at is null`,
      [ctx.orgId, removed],
    )
  noteChanges(
    ctx,
    object,
    removed.map(recordId => ({ recordId, action: 'deleted' as const })),
    options,
  )
  for (const id of removed) await tell(ctx, object, id, 'deleted')
  return removed
}

/**
 * Brings deleted records back and gives the ids of those that came back. What was merged into another record comes back by
 * taking the merge back alone. People whose address somebody else has by now stay where
 * they are: nothing of them is lost, and addresses stay of one person.
 */
export async function restoreRecords(
  ctx: Context,
  object: Removable,
  ids: readonly string[],
  options: WriteOptions = {},
): Promise<string[]> {
  openRecords(ctx, object, ids)
  const free = object === 'person' ? await withoutTaken(ctx, ids) : ids
  if (object === 'person') ctx.db.send(RESTORE_POSITIONS, [ctx.orgId, free])
  const restored = idsOf(await ctx.db.query<{ id: string }>(RESTORE(object), [ctx.orgId, free]))
  noteChanges(
    ctx,
    object,
    restored.map(recordId => ({ recordId, action: 'restored' as const })),
    options,
  )
  for (const id of restored) await tell(ctx, object, id, 'restored')
  return restored
}

/** Deletes one record. Throws `request.not_found` and `request.read_only`. */
export async function removeRecord(ctx: Context, object: Removable, id: string): Promise<void> {
  const removed = await removeRecords(ctx, object, [id])
  if (removed.length > 0) return
  throw (await recordAccess(ctx, object, id)) === null ? generalErrors.not_found() : generalErrors.read_only()
}

/**
 * Brings one record back; one that is there stays as it is. Throws `request.not_found`, `request.read_only`, and for a person
 * whose address somebody else has by now `crm.email_taken`.
 */
export async function restoreRecord(ctx: Context, object: Removable, id: string): Promise<void> {
  const restored = await restoreRecords(ctx, object, [id])
  if (restored.length > 0 || (await recordAccess(ctx, object, id)) !== null) return
  const deleted = await ctx.db.query<{ may: boolean | null }>(
    `select ${MAY_CHANGE(object)} as may from ${RECORD_TABLE[object]}
     where org_id = $1 and id = $2 and deleted_at is not null and merged_into is null`,
    [ctx.orgId, id],
  )
  const row = deleted.rows[0]
  if (!row) throw generalErrors.not_found()
  if (!row.may) throw generalErrors.read_only()
  const addresses = await ctx.db.query<{ email: string }>(
    `select o.email from crm.positions o join crm.people p on p.org_id = $1 and p.id = o.person_id
     where o.org_id = $1 and o.person_id = $2 and o.email is not null and o.deleted_at = p.deleted_at`,
    [ctx.orgId, id],
  )
  for (const { email } of addresses.rows) await requireFreeEmail(ctx, email)
  throw new Error('A person whose addresses are free did not come back.')
}

const RESTORE_POSITIONS = `
  update crm.positions o set deleted_at = null, updated_at = now()
  from crm.people p
  where o.org_id = $1 and o.person_id = any($2::uuid[]) and p.org_id = $1 and p.id = o.person_id
    and o.deleted_at = p.deleted_at and p.merged_into is null and iam.record_access('person', p.owner_user_id, p.id) = 'write'`

const TAKEN = `
  select back.person_id as id
  from (
    select o.person_id, o.email_key, row_number() over (partition by o.email_key order by o.deleted_at desc, o.id) as turn
    from crm.positions o
    join crm.people p on p.org_id = $1 and p.id = o.person_id
    where o.org_id = $1 and o.person_id = any($2::uuid[]) and o.deleted_at = p.deleted_at and o.email_key is not null
  ) back
  where back.turn > 1 or exists (
    select 1 from crm.positions other
    where other.org_id = $1 and other.email_key = back.email_key and other.deleted_at is null)`

/** Those of the people whose addresses nobody else has; of several with one address the one deleted last. */
async function withoutTaken(ctx: Context, ids: readonly string[]): Promise<string[]> {
  // Also somebody out of sight may have an address by now.
  const found = await ctx.db.unnarrowed(() => ctx.db.query<{ id: string }>(TAKEN, [ctx.orgId, ids]))
  const taken = new Set(idsOf(found))
  return ids.filter(id => !taken.has(id))
}

function idsOf({ rows }: { rows: readonly { id: string }[] }): string[] {
  return rows.map(({ id }) => id)
}

async function tell(
  ctx: Context,
  object: Removable,
  id: string,
  what: 'deleted' | 'restored',
): Promise<void> {
  const subjects = [{ type: object, id }]
  if (object === 'person')
    await publish(ctx, what === 'deleted' ? personDeleted : personRestored, {
      subjects,
      payload: { personId: id },
    })
  else
    await publish(ctx, what === 'deleted' ? companyDeleted : companyRestored, {
      subjects,
      payload: { companyId: id },
    })
}
