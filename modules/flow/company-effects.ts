/** What steps do to companies and to tags, in the transaction that stores the run's progress. */

import { z } from 'zod'
import { CompanyPatch } from '#modules/crm/contract.ts'
import {
  changeCompany,
  changeDeal,
  changePerson,
  companyByName,
  findCompanyByName,
} from '#modules/crm/index.ts'
import type { Context } from '#platform/context.ts'
import { withCustom } from './custom-values.ts'
import { companyValues } from './nodes/record-fields.ts'
import { companyNamed, dealNamed, memberNamed, personNamed, type RunOfLead } from './record-names.ts'
import { fitting, someTags } from './record-values.ts'
import type { Effect } from './run-state.ts'

const NewCompanyOfRun = z.strictObject({
  name: z.string(),
  domain: z.string().nullable(),
  set: companyValues,
  addTags: someTags,
  whenKnown: z.enum(['keep', 'change']),
})
const CompanyChange = z.strictObject({
  company: z.string().nullable(),
  set: companyValues,
  addTags: someTags,
  removeTags: someTags,
})
const TagChange = z.strictObject({
  object: z.enum(['person', 'company', 'deal']),
  record: z.string().nullable(),
  addTags: someTags,
  removeTags: someTags,
})

const NAME_LENGTH_MAX = 200
const BY_WORKFLOW = { source: 'workflow' }

/** Makes a company, or finds the one of this domain or name, and adds the tags. Throws `EffectRefused` and what the verbs throw. */
export async function addCompany(ctx: Context, run: RunOfLead, effect: Effect): Promise<void> {
  const { domain, set, addTags, whenKnown, ...given } = NewCompanyOfRun.parse(effect.payload)
  const called = { name: given.name.slice(0, NAME_LENGTH_MAX), domain: domain ?? undefined }
  const known = await findCompanyByName(ctx, called)
  const companyId = await companyByName(ctx, called, null, BY_WORKFLOW)
  const values = known === null || whenKnown === 'change' ? await companyBody(ctx, run, set) : {}
  await changeCompany(ctx, companyId, fitting(CompanyPatch, { ...values, addTags }), BY_WORKFLOW)
}

/** Changes the company that is named. Throws `EffectRefused` and what the verb throws. */
export async function changeCompanyOfRun(ctx: Context, run: RunOfLead, effect: Effect): Promise<void> {
  const { company, set, addTags, removeTags } = CompanyChange.parse(effect.payload)
  const companyId = await companyNamed(ctx, company)
  const values = await companyBody(ctx, run, set)
  await changeCompany(ctx, companyId, fitting(CompanyPatch, { ...values, addTags, removeTags }), BY_WORKFLOW)
}

/** Changes the tags of a person, a company or a deal. Throws `EffectRefused` and what the verbs throw. */
export async function changeTagsOfRun(ctx: Context, run: RunOfLead, effect: Effect): Promise<void> {
  const { object, record, addTags, removeTags } = TagChange.parse(effect.payload)
  const patch = fitting(CompanyPatch.pick({ addTags: true, removeTags: true }), { addTags, removeTags })
  switch (object) {
    case 'person':
      await changePerson(ctx, (await personNamed(ctx, run, record)).id, patch, BY_WORKFLOW)
      return
    case 'company':
      await changeCompany(ctx, await companyNamed(ctx, record), patch, BY_WORKFLOW)
      return
    case 'deal':
      await changeDeal(ctx, (await dealNamed(ctx, record)).id, patch, BY_WORKFLOW)
  }
}

async function companyBody(
  ctx: Context,
  run: RunOfLead,
  { owner, phone, ...rest }: z.infer<typeof companyValues>,
): Promise<Record<string, unknown>> {
  return {
    ...(await withCustom(ctx, run, 'company', rest)),
    ...(phone === undefined ? {} : { phones: phone ? [phone] : [] }),
    ...(owner === undefined ? {} : { ownerUserId: owner ? await memberNamed(ctx, String(owner)) : null }),
  }
}
