/** What steps do to leads and people, in the transaction that stores the run's progress. */

import { z } from 'zod'
import { CompanyByName } from '#modules/crm/contract.ts'
import { changePerson, type PersonChanges, upsertPersonByEmail } from '#modules/crm/index.ts'
import { findStatusOfLead, moveLead } from '#modules/intake/index.ts'
import type { Context } from '#platform/context.ts'
import { EmailAddress } from '#platform/contract/fields.ts'
import { withCustom } from './custom-values.ts'
import { EffectRefused } from './effect-refused.ts'
import { personValues } from './nodes/person-fields.ts'
import { domainOf } from './record-domain.ts'
import { findCompanyId, leadOf, leadOfRun, memberNamed, personNamed, type RunOfLead } from './record-names.ts'
import { fitting } from './record-values.ts'
import type { Effect } from './run-state.ts'

const Move = z.strictObject({ status: z.string() })
const Tags = z.array(z.string())
const NewPerson = z.strictObject({
  email: EmailAddress,
  firstName: z.string(),
  lastName: z.string(),
  phone: z.string(),
  tags: Tags,
})
const PersonUpdate = z.strictObject({
  email: z.string().nullable(),
  set: personValues,
  addTags: Tags,
  removeTags: Tags,
})

/** Moves the lead of the run to the column with this name or status. */
export async function moveLeadOfRun(ctx: Context, run: RunOfLead, effect: Effect): Promise<void> {
  const { status: called } = Move.parse(effect.payload)
  const leadId = leadOf(run)
  const status = await findStatusOfLead(ctx, leadId, called)
  if (status === null) {
    // Without a column there may be no lead either, and that is then the reason.
    await leadOfRun(ctx, run)
    throw new EffectRefused(`The board of this lead has no column called "${called.slice(0, 100)}".`)
  }
  await moveLead(ctx, leadId, { status })
}

/** Makes a person known, or finds who is known already, and adds the tags. */
export async function addPerson(ctx: Context, effect: Effect): Promise<void> {
  const { tags, ...met } = NewPerson.parse(effect.payload)
  const { personId } = await upsertPersonByEmail(ctx, { ...met, source: 'workflow' })
  if (tags.length > 0) await changePerson(ctx, personId, { addTags: tags })
}

/** Changes the person of the address or id, or the one behind the lead of the run. */
export async function changePersonOfRun(ctx: Context, run: RunOfLead, effect: Effect): Promise<void> {
  const { email, set, addTags, removeTags } = PersonUpdate.parse(effect.payload)
  const { company, owner, ...values } = set
  const person = await personNamed(ctx, run, email)
  await changePerson(
    ctx,
    person.id,
    {
      ...((await withCustom(ctx, run, 'person', values)) as PersonChanges),
      ...(await companyOf(company)),
      ...(owner === undefined ? {} : { ownerUserId: owner ? await memberNamed(ctx, owner) : null }),
      addTags,
      removeTags,
    },
    { source: 'workflow' },
  )

  /** A company that is not known yet is made, as the form of a person does. */
  async function companyOf(named: string | null | undefined): Promise<PersonChanges> {
    if (named === undefined) return {}
    if (named === null || named === '') return { companyId: null }
    const companyId = await findCompanyId(ctx, named)
    if (companyId !== null) return { companyId }
    const domain = domainOf(named) ?? undefined
    return { company: fitting(CompanyByName, { name: named.slice(0, 200), domain }) }
  }
}
