import { z } from 'zod'
import type { Kit } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { defineJob } from '#platform/jobs/kinds.ts'
import { letRequestsGoFirst } from '#platform/pressure.ts'
import { dateOrdersOf } from './date-orders.ts'
import { Findings } from './findings.ts'
import type { ImportFindings } from './import-api.ts'
import { openSource, readAll, sourceRows } from './import-source.ts'
import { readImport, tellProgress } from './imports.ts'
import { inNameOf, NO_LONGER } from './in-name-of.ts'
import { findKnown } from './known-records.ts'
import { planRows } from './plan.ts'
import { findRelations } from './relations.ts'
import { UnreadableFile } from './rows.ts'

const PART = 2_000
/** How often whoever waits hears how far it is, in rows. */
const TELL_EVERY = 20_000

/** Reads the whole file as it would be taken in and writes nothing but what was found. */
export const checkImport = defineJob({
  kind: 'crm.check_import',
  payload: z.strictObject({ importId: Id, revision: z.int() }),
  attemptsMax: 3,
  timeoutMs: 30 * 60_000,
  async run({ kit, orgId, payload: { importId, revision }, signal }) {
    const findings = await check(kit, orgId, importId, revision, signal)
    if (findings) await keep(kit, orgId, importId, findings)
  },
})

async function check(
  kit: Kit,
  orgId: string,
  importId: string,
  revision: number,
  signal: AbortSignal,
): Promise<ImportFindings | null> {
  const opened = await inNameOf(kit, orgId, importId, async ctx => {
    const row = await readImport(ctx, importId)
    if (row.revision !== revision || row.status !== 'mapping') return null
    const orders = await dateOrdersOf(await openSource(ctx, row), row.mapping)
    if (orders !== null)
      await ctx.db.query('update crm.imports set mapping = $3 where org_id = $1 and id = $2', [
        ctx.orgId,
        importId,
        JSON.stringify(orders),
      ])
    return openSource(ctx, orders === null ? row : { ...row, mapping: orders })
  })
  if (opened === undefined) return null
  const findings = new Findings(revision)
  if (opened === null)
    return (await isCurrent(kit, orgId, importId, revision)) ? findings.failed(NO_LONGER) : null
  const most = kit.config.importRows
  try {
    for await (const rows of sourceRows(opened, null, PART)) {
      signal.throwIfAborted()
      await letRequestsGoFirst(kit, signal)
      const isStill = await inNameOf(kit, orgId, importId, async ctx => {
        const row = await readImport(ctx, importId)
        if (row.revision !== revision || row.status !== 'mapping') return false
        const read = await findRelations(ctx, readAll(opened, rows), opened.columns)
        const known = await findKnown(ctx, read, opened.settings.policy, false)
        findings.add(planRows(read, known, opened.settings), opened)
        return true
      })
      if (!isStill) return null
      if (findings.rows % TELL_EVERY < PART) await keep(kit, orgId, importId, findings.soFar())
      if (findings.rows > most) return findings.failed(tooMany(most))
    }
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    return findings.failed(error.message)
  }
  if (findings.rows === 0) return findings.failed('There are no rows in this file, only its heading.')
  return findings.done()
}

function tooMany(most: number): string {
  return `The file has more than ${most.toLocaleString('en')} rows. Divide it.`
}

async function isCurrent(kit: Kit, orgId: string, importId: string, revision: number): Promise<boolean> {
  const found = await kit.db.withOrg(orgId, tx =>
    tx.query(
      `select 1 from crm.imports where org_id = $1 and id = $2 and revision = $3 and status = 'mapping'`,
      [orgId, importId, revision],
    ),
  )
  return found.rows.length > 0
}

/** Keeps what was found, unless somebody has chosen otherwise meanwhile. */
async function keep(kit: Kit, orgId: string, importId: string, findings: ImportFindings): Promise<void> {
  await inNameOf(kit, orgId, importId, async ctx => {
    await ctx.db.query(
      `update crm.imports set findings = $4, rows_total = case when $5 then $6::int else rows_total end
       where org_id = $1 and id = $2 and revision = $3 and status = 'mapping'`,
      [
        ctx.orgId,
        importId,
        findings.revision,
        JSON.stringify(findings),
        findings.state !== 'running',
        findings.rows,
      ],
    )
    tellProgress(ctx, importId)
  })
}
