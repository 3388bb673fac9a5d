import { forEachOrganization } from '#modules/iam/index.ts'
import type { Kit } from '#platform/context.ts'
import { removeSpooled, type SpoolKind, spooledIds, spooledOrganizations, spoolPath } from './spool.ts'

const FORGET: readonly string[] = [
  // A file that nobody began to take in.
  `delete from crm.imports where org_id = $1 and change_set_id is null and updated_at < now() - interval '7 days'`,
  'delete from crm.exports where org_id = $1 and expires_at < now()',
  // What can no longer be undone needs neither what stood there before nor the rows as they came.
  ...['import_writes', 'import_rejects'].map(
    table => `delete from crm.${table} w using crm.imports i, crm.change_sets c
      where w.org_id = $1 and i.org_id = $1 and i.id = w.import_id and c.org_id = $1 and c.id = i.change_set_id
        and c.undo_until < now()`,
  ),
]

/** The files that are still needed: of imports that may be gone on with, and of exports that may be downloaded. */
const NEEDED: Readonly<Record<SpoolKind, string>> = {
  imports: `
    select id from crm.imports where org_id = $1 and id = any($2::uuid[])
      and status in ('uploading', 'mapping', 'running', 'paused')`,
  exports: `select id from crm.exports where org_id = $1 and id = any($2::uuid[])`,
}

/**
 * Takes away what is kept of imports and exports for a while only, and their files; those of organizations that are gone too.
 */
export async function forgetImportFiles(kit: Kit): Promise<void> {
  await forEachOrganization(kit, orgId =>
    kit.db.withOrg(orgId, async tx => {
      for (const statement of FORGET) await tx.query(statement, [orgId])
    }),
  )
  for (const kind of ['imports', 'exports'] as const)
    for (const orgId of await spooledOrganizations(kit, kind)) await sweep(kit, kind, orgId)
}

async function sweep(kit: Kit, kind: SpoolKind, orgId: string): Promise<void> {
  const lying = await spooledIds(kit, kind, orgId)
  if (lying.length === 0) return
  const found = await kit.db.withOrg(orgId, tx => tx.query<{ id: string }>(NEEDED[kind], [orgId, lying]))
  const needed = new Set(found.rows.map(row => row.id))
  for (const id of lying) if (!needed.has(id)) await removeSpooled(spoolPath(kit, kind, orgId, id))
}
