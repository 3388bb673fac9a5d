import { z } from 'zod'
import { type Context, inOrganization } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { AppError } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { defineJob } from '#platform/jobs/kinds.ts'
import { formOfWorkflow } from '../published-forms.ts'
import { applyBooking } from './bookings.ts'
import { readCalendly } from './calendly.ts'
import { mapDelivery } from './mapping.ts'
import {
  CalendlySourceSettings,
  type LeadDelivery,
  type SourceKind,
  WebhookSourceSettings,
} from './source-api.ts'
import { arriveByWebhook } from './webhook-lead.ts'

const ATTEMPTS_MAX = 8

/** What came of a delivery. */
export interface Outcome {
  readonly status: 'done' | 'ignored' | 'failed' | 'unmapped'
  readonly outcome: string
  readonly problems?: LeadDelivery['problems']
  readonly leadId?: string | null
}

/** A delivery with the source it came by, locked. */
export interface Delivery {
  readonly id: string
  readonly sourceId: string
  readonly workflowId: string
  readonly kind: SourceKind
  readonly name: string
  readonly settings: unknown
  readonly body: unknown
}

interface Row {
  id: string
  source_id: string
  workflow_id: string
  kind: SourceKind
  name: string
  settings: unknown
  body: unknown
}

// The source's row makes one after the other of what one sender says about the same thing.
const TAKE = `
  select d.id, d.source_id, s.workflow_id, s.kind, s.name, s.settings, d.content->'body' as body
  from intake.source_deliveries d join intake.sources s on s.org_id = $1 and s.id = d.source_id
  where d.org_id = $1 and d.id = $2 and d.status = 'waiting'
  for no key update of d, s`

const SETTLE = `
  update intake.source_deliveries set status = $3, outcome = $4, problems = $5, lead_id = coalesce($6, lead_id)
  where org_id = $1 and id = $2 and status = 'waiting'`

/**
 * Makes of a delivery what the settings of its source say, in one transaction with the note that it is done. A refusal is noted in
 * the log, where people see it; anything else is tried again.
 */
export const takeDelivery = defineJob({
  kind: 'intake.take_delivery',
  payload: z.strictObject({ deliveryId: Id }),
  attemptsMax: ATTEMPTS_MAX,
  timeoutMs: 30_000,
  async run({ kit, orgId, payload: { deliveryId }, attempt }) {
    const within = { orgId, actor: { type: 'system', name: 'source' } } as const
    try {
      await inOrganization(kit, within, async ctx => {
        const found = await ctx.db.query<Row>(TAKE, [orgId, deliveryId])
        const row = found.rows[0]
        if (row) await settle(ctx, deliveryId, await take(ctx, deliveryOf(row)))
      })
    } catch (error) {
      if (!(error instanceof AppError) && attempt < ATTEMPTS_MAX) throw error
      const outcome =
        error instanceof AppError
          ? [error.title, error.detail].filter(Boolean).join(' ')
          : 'It could not be stored, time and again. Look at it again later.'
      await inOrganization(kit, within, ctx => settle(ctx, deliveryId, { status: 'failed', outcome }))
      if (!(error instanceof AppError)) kit.log.error({ deliveryId }, 'intake.delivery_failed')
    }
  },
})

function deliveryOf({ source_id, workflow_id, ...row }: Row): Delivery {
  return { ...row, sourceId: source_id, workflowId: workflow_id }
}

async function settle(ctx: Context, deliveryId: string, result: Outcome): Promise<void> {
  const subjects = [{ type: 'lead_delivery', id: deliveryId }]
  const message = { id: newId(), orgId: ctx.orgId, type: 'lead_source.settled', subjects }
  ctx.db.afterCommit(() => ctx.kit.live.send(message))
  const { status, outcome, problems = [], leadId = null } = result
  await ctx.db.query(SETTLE, [
    ctx.orgId,
    deliveryId,
    status,
    [...outcome].slice(0, 1_000).join(''),
    JSON.stringify(problems),
    leadId,
  ])
}

async function take(ctx: Context, delivery: Delivery): Promise<Outcome> {
  const form = await formOfWorkflow(ctx, delivery.workflowId)
  if (!form) return { status: 'failed', outcome: 'The workflow has no form any more.' }
  if (delivery.kind === 'calendly') {
    const read = readCalendly(delivery.body)
    if ('ignored' in read) return { status: 'ignored', outcome: read.ignored }
    if ('problem' in read) return { status: 'failed', outcome: read.problem }
    return applyBooking(
      ctx,
      { delivery, form, settings: CalendlySourceSettings.parse(delivery.settings) },
      read.news,
    )
  }
  const settings = WebhookSourceSettings.parse(delivery.settings)
  if (!settings.mapping) return { status: 'unmapped', outcome: 'Kept until there is a mapping.' }
  const mapped = mapDelivery(delivery.body, settings.mapping, form.fields)
  return arriveByWebhook(ctx, { delivery, form, settings }, mapped)
}
