import { type Standing, standingOf } from '#modules/iam/index.ts'
import { type Actor, type Context, inOrganization, type Kit } from '#platform/context.ts'
import { WRITE_PERMISSION } from '../record-permissions.ts'
import type { ImportObject } from './import-api.ts'

/** Whoever began may no longer do it: the words that are left with what they began. */
export const NO_LONGER = 'Whoever began it may no longer do it.'

/**
 * Works in the name of whoever brought a file, with what they may do and see at this moment. Gives `undefined` when the import is
 * gone, and `null` when they may no longer write such records.
 */
export async function inNameOf<T>(
  kit: Kit,
  orgId: string,
  importId: string,
  work: (ctx: Context) => Promise<T>,
): Promise<T | null | undefined> {
  const found = await kit.db.withOrg(orgId, async tx => {
    const rows = await tx.query<{ actor: Actor; object: ImportObject }>(
      'select actor, object from crm.imports where org_id = $1 and id = $2',
      [orgId, importId],
    )
    const row = rows.rows[0]
    return row ? { ...row, standing: await standingOf(kit, tx, orgId, row.actor) } : null
  })
  if (!found) return undefined
  const { actor, object, standing } = found
  if (!standing || !mayImport(object, standing.can)) return null
  return inOrganization(kit, { orgId, actor, visibility: standing.visibility }, work)
}

/** What an import writes has to be allowed beside importing: a file of people makes companies too. */
export function mayImport(object: ImportObject, can: Standing['can']): boolean {
  const needed = object === 'person' ? (['person', 'company'] as const) : (['company'] as const)
  return can('imports:write') && needed.every(each => can(WRITE_PERMISSION[each]))
}
