import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { type ListRequest, pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { newId } from '#platform/ids.ts'
import { enqueue } from '#platform/jobs/kinds.ts'
import { openRecords, requireWritable } from '#platform/owned.ts'
import { crmErrors } from '../errors.ts'
import type { Enrichment } from './enrichment-api.ts'
import type { Question } from './provider.ts'
import { questionAbout } from './question.ts'
import { providers } from './settings.ts'
import { enrichRecord } from './waterfall.ts'

interface Row {
  id: string
  object: Enrichment['object']
  record_id: string
  status: Enrichment['status']
  filled: string[]
  created_at: Date
  finished_at: Date | null
  tries: {
    provider: string
    outcome: string
    reason: string | null
    cost: number
    currency: string
    at: string
  }[]
}

const READ = `
  select e.id, e.object, e.record_id, e.status, e.filled, e.created_at, e.finished_at,
    coalesce((select jsonb_agg(jsonb_build_object('provider', t.provider, 'outcome', t.outcome, 'reason', t.reason,
        'cost', t.cost, 'currency', t.currency, 'at', t.created_at) order by t.id)
      from crm.enrichment_tries t where t.org_id = $1 and t.enrichment_id = e.id), '[]') as tries
  from crm.enrichments e where e.org_id = $1`

/**
 * Asks the services about a record, soon. One that is asked about already answers what is under way. Throws
 * `request.not_found`, `request.read_only`, `crm.no_provider` and `crm.nothing_to_ask`.
 */
export async function startEnrichment(
  ctx: Context,
  object: Question['object'],
  recordId: string,
): Promise<Enrichment> {
  await requireWritable(ctx, object, recordId)
  openRecords(ctx, object, [recordId])
  const asked = await questionAbout(ctx, object, recordId)
  if (!asked) throw generalErrors.not_found()
  const enabled = await ctx.db.query<{ provider: string }>(
    'select provider from crm.enrichment_providers where org_id = $1 and is_enabled',
    [ctx.orgId],
  )
  const able = providers.filter(
    ({ id, finds }) => finds.includes(object) && enabled.rows.some(({ provider }) => provider === id),
  )
  if (able.length === 0) throw crmErrors.no_provider()
  if (!able.some(provider => provider.canAsk(asked.question))) throw crmErrors.nothing_to_ask()
  const id = newId()
  const stored = await ctx.db.query<{ id: string }>(
    `insert into crm.enrichments (org_id, id, object, record_id, actor) values ($1, $2, $3, $4, $5)
     on conflict (org_id, record_id) where status = 'queued' do update set object = excluded.object returning id`,
    [ctx.orgId, id, object, recordId, JSON.stringify(ctx.actor)],
  )
  const known = stored.rows[0]?.id ?? id
  if (known === id) await enqueue(ctx, enrichRecord, { key: id, payload: { enrichmentId: id } })
  const found = await ctx.db.query<Row>(`${READ} and e.id = $2`, [ctx.orgId, known])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return enrichmentOf(row)
}

/** A page of what was asked about a record, the newest first; nothing for a record that is not in sight. */
export async function listEnrichments(
  ctx: Context,
  query: ListRequest & { readonly recordId: string },
): Promise<{ items: Enrichment[]; nextCursor: string | null }> {
  openRecords(ctx, 'person', [query.recordId])
  openRecords(ctx, 'company', [query.recordId])
  const found = await ctx.db.query<Row>(
    `${READ} and e.record_id = $2 and ($3::uuid is null or e.id < $3) order by e.id desc limit $4`,
    [ctx.orgId, query.recordId, readIdCursor(query), query.limit + 1],
  )
  return pageOfRows(query, found.rows, enrichmentOf)
}

function enrichmentOf(row: Row): Enrichment {
  return {
    id: row.id,
    object: row.object,
    recordId: row.record_id,
    status: row.status,
    filled: row.filled,
    tries: row.tries.map(({ at, outcome, ...rest }) => ({
      ...rest,
      outcome: outcome as Enrichment['tries'][number]['outcome'],
      at: new Date(at).toISOString(),
    })),
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}
