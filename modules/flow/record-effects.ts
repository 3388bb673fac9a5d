/** What steps do to leads and people, in the transaction that stores the run's progress. */

import { z } from 'zod'
import {
  changePerson,
  findContactByEmail,
  type PersonChanges,
  upsertPersonByEmail,
} from '#modules/crm/index.ts'
import { findStatusOfLead, getLeadForTemplates, moveLead } from '#modules/intake/index.ts'
import type { Context } from '#platform/context.ts'
import { EmailAddress } from '#platform/contract/fields.ts'
import { AppError } from '#platform/errors.ts'
import { EffectRefused } from './effect-refused.ts'
import { personValues } from './nodes/person-fields.ts'
import type { Effect } from './run-state.ts'
import type { ClaimedRun } from './store.ts'

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

type RunOfLead = Pick<ClaimedRun, 'leadId'>

/** Moves the lead of the run to the column with this name or status. */
export async function moveLeadOfRun(ctx: Context, run: RunOfLead, effect: Effect): Promise<void> {
  const { status: called } = Move.parse(effect.payload)
  const leadId = leadOf(run)
  const status = await findStatusOfLead(ctx, leadId, called)
  if (status === null) {
    // Without a column there may be no lead either, and that is then the reason.
    await getLead(ctx, leadId)
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

/** Changes the person with the address, or the one behind the lead of the run. */
export async function changePersonOfRun(ctx: Context, run: RunOfLead, effect: Effect): Promise<void> {
  const { email, set, addTags, removeTags } = PersonUpdate.parse(effect.payload)
  const person =
    email === null ? (await getLead(ctx, leadOf(run))).person : await findContactByEmail(ctx, email)
  if (person === null) throw new EffectRefused(`Nobody has the e-mail address "${email?.slice(0, 320)}".`)
  await changePerson(ctx, person.id, { ...(set as PersonChanges), addTags, removeTags })
}

function leadOf({ leadId }: RunOfLead): string {
  if (leadId === null) throw new EffectRefused('This run has no lead.')
  return leadId
}

async function getLead(ctx: Context, leadId: string) {
  try {
    return await getLeadForTemplates(ctx, leadId)
  } catch (error) {
    if (error instanceof AppError && error.code === 'request.not_found')
      throw new EffectRefused('The lead of this run was deleted.')
    throw error
  }
}
