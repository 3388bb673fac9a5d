import type { Money } from '#modules/crm/contract.ts'
import { createDeal, findCompanies, findContact, isDealThere, listPipelines } from '#modules/crm/index.ts'
import { nameMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { minorUnits } from '#platform/contract/money.ts'
import { generalErrors } from '#platform/errors.ts'
import { openRecords, requireWritable, showRecord } from '#platform/owned.ts'
import { amountOfAnswer } from './answer-amount.ts'
import type { LeadConversion } from './conversion-api.ts'
import { recordLeadEvent } from './lead-events.ts'

const LOCK = `
  select l.id, l.name, l.source, l.person_id, l.owner_user_id, l.deal_id from intake.leads l
  where l.org_id = $1 and l.id = $2 and l.deleted_at is null
  for update`

interface LockedRow {
  id: string
  name: string
  source: string
  person_id: string
  owner_user_id: string | null
  deal_id: string | null
}

const DEAL_NAME_MAX = 200

/**
 * Makes a lead into a deal with its person and their company, in one act; the lead says so. A second time the first deal is the answer,
 * also when two ask at once, unless it was deleted. Throws `request.not_found` and `request.read_only` for the lead, `request.forbidden`
 * for whoever may make no deals,
 * `request.invalid` and `crm.stage_asks` for what the deal would be.
 */
export async function convertLead(
  ctx: Context,
  leadId: string,
  { valueFrom, ...input }: LeadConversion,
  mayMakeDeals: boolean,
): Promise<{ dealId: string; isNew: boolean }> {
  openRecords(ctx, 'lead', [leadId])
  const found = await ctx.db.query<LockedRow>(LOCK, [ctx.orgId, leadId])
  const lead = found.rows[0]
  if (!lead) throw generalErrors.not_found()
  if (!mayMakeDeals) throw generalErrors.forbidden()
  await requireWritable(ctx, 'lead', leadId)
  if (lead.deal_id !== null && (await isDealThere(ctx, lead.deal_id)))
    return { dealId: lead.deal_id, isNew: false }
  const name = input.name ?? [...lead.name].slice(0, DEAL_NAME_MAX).join('')
  const value = input.value === undefined ? await worthOf(ctx, leadId, valueFrom, input) : input.value
  const dealId = await createDeal(ctx, {
    ...input,
    ...(await partiesOf(ctx, lead)),
    ...(input.ownerUserId === undefined ? await ownerOf(ctx, lead) : {}),
    name,
    source: lead.source,
    value,
  })
  await ctx.db.query('update intake.leads set deal_id = $3 where org_id = $1 and id = $2', [
    ctx.orgId,
    leadId,
    dealId,
  ])
  await recordLeadEvent(ctx, {
    leadId,
    kind: 'CONVERTED',
    description: `Made into the deal ${name}`,
    metadata: { dealId, name },
  })
  return { dealId, isNew: true }
}

/** The person of the lead and the company they are at, as far as they are there and in sight. */
async function partiesOf(
  ctx: Context,
  lead: LockedRow,
): Promise<{ personId: string | null; companyId: string | null }> {
  // Who sees a lead sees whom it is about.
  showRecord(ctx, 'person', lead.person_id)
  const person = await findContact(ctx, lead.person_id)
  const companyId = person?.company?.id
  const [company] = companyId === undefined ? [] : await findCompanies(ctx, [companyId])
  return { personId: person?.id ?? null, companyId: company?.id ?? null }
}

/** Whoever the lead belongs to gets the deal, unless they have left. */
async function ownerOf(ctx: Context, { owner_user_id }: LockedRow): Promise<{ ownerUserId?: string }> {
  if (owner_user_id === null) return {}
  const [member] = await nameMembers(ctx, [owner_user_id])
  return member?.status === 'active' ? { ownerUserId: owner_user_id } : {}
}

const ANSWER = `
  select v.value from intake.lead_values v
  join intake.form_fields f on f.org_id = $1 and f.id = v.field_id
  where v.org_id = $1 and v.lead_id = $2 and f.field_key = $3`

async function worthOf(
  ctx: Context,
  leadId: string,
  valueFrom: string | undefined,
  { pipelineId, stageId }: Pick<LeadConversion, 'pipelineId' | 'stageId'>,
): Promise<Money | null> {
  if (valueFrom === undefined) return null
  const found = await ctx.db.query<{ value: string }>(ANSWER, [ctx.orgId, leadId, valueFrom])
  const answer = found.rows[0]?.value
  const read = answer === undefined ? null : amountOfAnswer(answer)
  if (!read) throw noAmount('The lead has no answer there that is an amount.')
  const pipelines = await listPipelines(ctx)
  const pipeline = pipelines.find(each =>
    stageId === undefined ? each.id === pipelineId : each.stages.some(stage => stage.id === stageId),
  )
  const currency = read.currency ?? (pipeline ?? pipelines[0])?.currency ?? 'EUR'
  const amount = minorUnits(read.amount, currency)
  if (amount > AMOUNT_MAX) throw noAmount('The answer is more than a deal can be worth.')
  return { amount, currency }
}

/** What a deal can be worth at most, in minor units. */
const AMOUNT_MAX = 10_000_000_000_000

function noAmount(message: string) {
  return generalErrors.invalid({
    errors: [{ in: 'body', pointer: '/valueFrom', code: 'no_amount', message }],
  })
}
