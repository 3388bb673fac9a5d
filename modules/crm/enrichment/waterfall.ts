import { z } from 'zod'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { eachItem } from '#platform/http/bulk.ts'
import { newId } from '#platform/ids.ts'
import { defineJob, RetryLater } from '#platform/jobs/kinds.ts'
import { recordKinds } from '../record-kinds.ts'
import type { Provider, Question, Reply } from './provider.ts'
import { questionAbout, whatIsNew } from './question.ts'
import { openCredential, providers, SPENT } from './settings.ts'

/** So often a service that is busy, or whose answer was lost, is asked about one record. */
const ASKED_MAX = 3

/** Asks the services about one record, one after the other. */
export const enrichRecord = defineJob({
  kind: 'crm.enrich',
  payload: z.strictObject({ enrichmentId: Id }),
  attemptsMax: 10,
  timeoutMs: 120_000,
  run: ({ kit, orgId, payload, signal }) => runWaterfall({ kit, orgId, ...payload, signal }, providers),
})

interface Waterfall {
  readonly kit: Kit
  readonly orgId: string
  readonly enrichmentId: string
  readonly signal: AbortSignal
}

interface Try {
  readonly id: string
  readonly provider: Provider
  readonly credential: string
  readonly question: Question
}

/**
 * Asks until a service fills something in or none is left. A try is committed, with its cost, before the question leaves; whoever
 * takes over after a death finds it and counts it as interrupted. Throws `RetryLater` while a service is busy.
 */
export async function runWaterfall(waterfall: Waterfall, known: readonly Provider[]): Promise<void> {
  const { kit, orgId, enrichmentId, signal } = waterfall
  const actor = { type: 'system', name: 'enrichment' } as const
  const within = <T>(work: (ctx: Context) => Promise<T>) => inOrganization(kit, { orgId, actor }, work)
  for (;;) {
    const next = await within(ctx => nextTry(ctx, enrichmentId, known))
    if (!next) return
    const { provider, question, credential } = next
    const reply = await provider.ask({
      egress: kit.egress,
      origin: provider.origin,
      orgId,
      question,
      credential,
      signal,
    })
    const isDone = await within(ctx => storeReply(ctx, enrichmentId, next, reply))
    if (isDone) return
    if (reply.kind === 'busy') throw new RetryLater(reply.reason, reply.retryAfterS * 1_000)
  }
}

interface Enrichment {
  object: Question['object']
  record_id: string
}

async function lockEnrichment(ctx: Context, id: string): Promise<Enrichment | null> {
  const found = await ctx.db.query<Enrichment>(
    `select object, record_id from crm.enrichments where org_id = $1 and id = $2 and status = 'queued' for update`,
    [ctx.orgId, id],
  )
  return found.rows[0] ?? null
}

interface Candidate {
  provider: string
  credential: string | null
  cost: string
  currency: string
  is_over: boolean
}

/** Commits to asking the next service; null when there is none left, and the enrichment is over. */
async function nextTry(ctx: Context, enrichmentId: string, known: readonly Provider[]): Promise<Try | null> {
  const enrichment = await lockEnrichment(ctx, enrichmentId)
  if (!enrichment) return null
  await ctx.db.query(
    `update crm.enrichment_tries set outcome = 'interrupted'
     where org_id = $1 and enrichment_id = $2 and outcome = 'asked'`,
    [ctx.orgId, enrichmentId],
  )
  const asked = await questionAbout(ctx, enrichment.object, enrichment.record_id)
  if (!asked) return finish(ctx, enrichmentId, 'failed')
  // The locks make those who ask at the same time count each other's costs. They are a statement of their own, because one that
  // has waited for a lock still sees what there was before it waited.
  await ctx.db.query(
    'select 1 from crm.enrichment_providers where org_id = $1 and is_enabled order by provider for update',
    [ctx.orgId],
  )
  const candidates = await ctx.db.query<Candidate>(
    `select p.provider, p.credential, p.cost, p.currency,
       p.monthly_limit is not null and ${SPENT} + p.cost > p.monthly_limit as is_over
     from crm.enrichment_providers p
     where p.org_id = $1 and p.is_enabled and not exists (
       select 1 from crm.enrichment_tries t where t.org_id = $1 and t.enrichment_id = $2 and t.provider = p.provider
         and t.outcome in ('found', 'nothing', 'failed'))
       and (select count(*) from crm.enrichment_tries t where t.org_id = $1 and t.enrichment_id = $2
         and t.provider = p.provider) < ${ASKED_MAX}
     order by p.position, p.provider`,
    [ctx.orgId, enrichmentId],
  )
  for (const candidate of candidates.rows) {
    const provider = known.find(({ id }) => id === candidate.provider)
    if (!provider?.finds.includes(enrichment.object) || !provider.canAsk(asked.question)) continue
    const id = newId()
    const [outcome, reason, cost] = candidate.is_over
      ? ['failed', 'The limit of this month is reached.', '0']
      : ['asked', null, candidate.cost]
    await ctx.db.query(
      `insert into crm.enrichment_tries (org_id, id, enrichment_id, provider, outcome, reason, cost, currency)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [ctx.orgId, id, enrichmentId, provider.id, outcome, reason, cost, candidate.currency],
    )
    if (candidate.is_over) continue
    const credential = await openCredential(ctx, provider.id, candidate.credential)
    return { id, provider, credential, question: asked.question }
  }
  return finish(ctx, enrichmentId)
}

/** Writes down what came of a try, and into the record what was empty there. Returns whether the enrichment is over. */
async function storeReply(
  ctx: Context,
  enrichmentId: string,
  { id, provider }: Try,
  reply: Reply,
): Promise<boolean> {
  const enrichment = await lockEnrichment(ctx, enrichmentId)
  const outcome = reply.kind === 'refused' ? 'failed' : reply.kind
  await ctx.db.query(
    `update crm.enrichment_tries set outcome = $3, reason = $4, cost = case when $3 = 'found' then cost else 0 end
     where org_id = $1 and id = $2`,
    [ctx.orgId, id, outcome, 'reason' in reply ? reply.reason : null],
  )
  if (reply.kind !== 'busy')
    await ctx.db.query(
      'update crm.enrichment_providers set last_error = $3 where org_id = $1 and provider = $2',
      [ctx.orgId, provider.id, reply.kind === 'refused' ? reply.reason : null],
    )
  if (!enrichment) return true
  if (reply.kind !== 'found') return false
  const filled = await fillIn(ctx, enrichment, provider, reply.values)
  if (filled.length === 0) return false
  await finish(ctx, enrichmentId, 'found', filled)
  return true
}

/** Writes what is new; what the record does not accept is left out. Returns the fields that were filled in. */
async function fillIn(
  ctx: Context,
  { object, record_id: recordId }: Enrichment,
  provider: Provider,
  values: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const asked = await questionAbout(ctx, object, recordId)
  if (!asked) return []
  let patch = whatIsNew(asked.record, values)
  const source = `enrichment:${provider.id}`
  while (Object.keys(patch).length > 0) {
    const change = { ...patch }
    const [outcome] = await eachItem(ctx, [change], each =>
      recordKinds[object].change(ctx, recordId, each, { source }),
    )
    if (!outcome) return []
    if ('value' in outcome) return outcome.value.changed
    const named = outcome.problem.errors?.map(({ pointer }) => pointer.split('/')[1] ?? '') ?? []
    const refused = outcome.problem.code === 'crm.email_taken' ? ['email', 'emailStatus'] : named
    const kept = Object.entries(patch).filter(([key]) => !refused.includes(key))
    // An answer that cannot be told apart from the rest is not worth writing at all.
    if (kept.length === Object.keys(patch).length) return []
    patch = Object.fromEntries(kept)
  }
  return []
}

/** Ends an enrichment; without a status by what its tries came to. */
async function finish(
  ctx: Context,
  enrichmentId: string,
  status?: 'found' | 'failed',
  filled: readonly string[] = [],
): Promise<null> {
  await ctx.db.query(
    `update crm.enrichments e set finished_at = now(), filled = $4, status = coalesce($3, case when exists (
       select 1 from crm.enrichment_tries t where t.org_id = $1 and t.enrichment_id = $2 and t.outcome in ('found', 'nothing')
     ) then 'nothing' else 'failed' end)
     where e.org_id = $1 and e.id = $2`,
    [ctx.orgId, enrichmentId, status ?? null, filled],
  )
  return null
}
