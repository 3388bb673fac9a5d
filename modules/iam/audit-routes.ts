import { audit } from '#platform/audit/audit.ts'
import { exportEntries } from '#platform/audit/export.ts'
import { lastEntryNumber, readEntries } from '#platform/audit/read.ts'
import { verifyAuditIn } from '#platform/audit/verify.ts'
import { Answer, type Implemented, implement } from '#platform/http/handlers.ts'
import { AuditEntry, exportAuditLog, listAuditEntries, verifyAuditLog } from './audit-api.ts'

const TYPES = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson; charset=utf-8' } as const

export const auditRoutes: readonly Implemented[] = [
  implement(listAuditEntries, async (ctx, { query }) => {
    const { limit, cursor, actor, ...filter } = query
    const found = await readEntries(
      ctx.db,
      ctx.orgId,
      { ...filter, actorId: actor },
      { limit: limit + 1, ...(cursor === undefined ? {} : { before: Number(cursor) }) },
    )
    const items = found.slice(0, limit).map(entry => AuditEntry.parse(entry))
    return { items, nextCursor: found.length > limit ? String(items.at(-1)?.number) : null }
  }),

  implement(exportAuditLog, async (ctx, { query }) => {
    const { format, actor, ...filter } = query
    const { orgId } = ctx
    const to = await lastEntryNumber(ctx.db, orgId)
    await audit(ctx, {
      action: 'audit.exported',
      object: { type: 'audit_log', id: orgId },
      after: { format, entriesTo: to, actor, ...filter },
    })
    const body = exportEntries(ctx.kit, { orgId, filter: { ...filter, actorId: actor }, format, to })
    return new Answer(200, body, {
      'content-type': TYPES[format],
      'content-disposition': `attachment; filename="audit-log.${format}"`,
    })
  }),

  implement(verifyAuditLog, ctx => verifyAuditIn(ctx.db, ctx.orgId)),
]
