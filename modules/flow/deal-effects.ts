/** What steps do to deals, in the transaction that stores the run's progress. */

import { z } from 'zod'
import { DealPatch, NewDeal } from '#modules/crm/contract.ts'
import { changeDeal, createDeal } from '#modules/crm/index.ts'
import type { Context } from '#platform/context.ts'
import { minorUnits } from '#platform/contract/money.ts'
import { withCustom } from './custom-values.ts'
import { EffectRefused } from './effect-refused.ts'
import { dealValues } from './nodes/record-fields.ts'
import {
  companyNamed,
  currencyOf,
  dealNamed,
  lostReasonNamed,
  memberNamed,
  personNamed,
  pipelineNamed,
  type RunOfLead,
  stageNamed,
} from './record-names.ts'
import { fitting, someTags } from './record-values.ts'
import type { Effect } from './run-state.ts'

const NewDealOfRun = z.strictObject({
  pipeline: z.string().nullable(),
  person: z.string().nullable(),
  set: dealValues,
  addTags: someTags,
})
const DealChange = z.strictObject({
  deal: z.string().nullable(),
  set: dealValues,
  addTags: someTags,
  removeTags: someTags,
})

type Values = z.infer<typeof dealValues>

/** Makes a deal with the person who is named, or the one behind the lead. Throws `EffectRefused` and what the verb throws. */
export async function addDeal(ctx: Context, run: RunOfLead, effect: Effect): Promise<void> {
  const { pipeline, person, set, addTags } = NewDealOfRun.parse(effect.payload)
  const pipelineId = pipeline === null ? null : await pipelineNamed(ctx, pipeline)
  const contact = person === null && run.leadId === null ? null : await personNamed(ctx, run, person)
  const currency = await currencyOf(ctx, pipelineId)
  const values = await dealBody(ctx, run, set, { pipelineId, value: null, currency })
  const body = fitting(NewDeal, {
    companyId: contact?.companyId ?? null,
    personId: contact?.id ?? null,
    ...values,
    ...(pipelineId === null ? {} : { pipelineId }),
    tags: addTags,
  })
  await createDeal(ctx, body, { id: effect.id, source: 'workflow' })
}

/** Changes or moves the deal that is named. Throws `EffectRefused` and what the verb throws. */
export async function changeDealOfRun(ctx: Context, run: RunOfLead, effect: Effect): Promise<void> {
  const { deal: named, set, addTags, removeTags } = DealChange.parse(effect.payload)
  const deal = await dealNamed(ctx, named)
  const currency = deal.value?.currency ?? (await currencyOf(ctx, deal.pipelineId))
  const values = await dealBody(ctx, run, set, { pipelineId: deal.pipelineId, value: deal.value, currency })
  await changeDeal(ctx, deal.id, fitting(DealPatch, { ...values, addTags, removeTags }), {
    source: 'workflow',
  })
}

interface Standing {
  readonly pipelineId: string | null
  readonly value: { readonly amount: number; readonly currency: string } | null
  /** What an amount is counted in unless it says so itself. */
  readonly currency: string
}

/** What a step sets of a deal as the body of a change, with the ids of what it names. Throws `EffectRefused`. */
async function dealBody(
  ctx: Context,
  run: RunOfLead,
  set: Values,
  standing: Standing,
): Promise<Record<string, unknown>> {
  const { value, currency, stage, company, person, owner, lostReason, ...rest } = set
  const named = async (text: string | null | undefined, find: (text: string) => Promise<string>) =>
    text === undefined ? undefined : text === null || text === '' ? null : find(text)
  const body = {
    ...(await withCustom(ctx, run, 'deal', rest)),
    value: moneyOf(value, currency, standing),
    stageId: await named(stage, text => stageNamed(ctx, text, standing.pipelineId)),
    companyId: await named(company, text => companyNamed(ctx, text)),
    personId: await named(person, async text => (await personNamed(ctx, run, text)).id),
    ownerUserId: await named(owner, text => memberNamed(ctx, text)),
    lostReasonId: await named(lostReason, text => lostReasonNamed(ctx, text)),
  }
  return Object.fromEntries(Object.entries(body).filter(([, each]) => each !== undefined))
}

function moneyOf(value: Values['value'], given: string | null | undefined, standing: Standing) {
  const currency = (given?.trim() || standing.currency).toUpperCase()
  if (value === null) return null
  if (typeof value === 'object') return given ? { ...value, currency } : value
  if (value === undefined)
    return given && standing.value ? { amount: standing.value.amount, currency } : undefined
  if (!/^[A-Z]{3}$/.test(currency))
    throw new EffectRefused(`"${currency.slice(0, 100)}" is no currency such as EUR.`)
  return { amount: minorUnits(value, currency), currency }
}
