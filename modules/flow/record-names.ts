/** Which records people mean: by id, e-mail address, domain or name, as a step's settings came out. */

import {
  findCompanies,
  findCompanyByName,
  findContact,
  findContactByEmail,
  getDeal,
  listLostReasons,
  listPipelines,
} from '#modules/crm/index.ts'
import { activeMembers } from '#modules/iam/index.ts'
import { getLeadForTemplates } from '#modules/intake/index.ts'
import type { Context } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { AppError } from '#platform/errors.ts'
import { EffectRefused } from './effect-refused.ts'
import { domainOf } from './record-domain.ts'
import type { ClaimedRun } from './store.ts'

export type RunOfLead = Pick<ClaimedRun, 'leadId'>

type Contact = NonNullable<Awaited<ReturnType<typeof findContact>>>
type DealDetail = Awaited<ReturnType<typeof getDeal>>['deal']

const isId = (text: string) => Id.safeParse(text).success
const shown = (text: string) => text.slice(0, 320)

/** The lead of the run. Throws `EffectRefused` when it has none or it is gone. */
export function leadOf({ leadId }: RunOfLead): string {
  if (leadId === null) throw new EffectRefused('This run has no lead.')
  return leadId
}

/** The lead of the run with its person. Throws `EffectRefused`. */
export async function leadOfRun(ctx: Context, run: RunOfLead) {
  try {
    return await getLeadForTemplates(ctx, leadOf(run))
  } catch (error) {
    if (isMissing(error)) throw new EffectRefused('The lead of this run was deleted.')
    throw error
  }
}

/** The person of this e-mail address or id, or for null the one behind the lead. Throws `EffectRefused` when there is nobody. */
export async function personNamed(ctx: Context, run: RunOfLead, named: string | null): Promise<Contact> {
  const asked = named ?? (await leadOfRun(ctx, run)).person.id
  const person = isId(asked) ? await findContact(ctx, asked) : await findContactByEmail(ctx, asked)
  if (person) return person
  throw new EffectRefused(
    isId(asked) ? 'This person does not exist.' : `Nobody has the e-mail address "${shown(asked)}".`,
  )
}

/** The id of the company of this id, domain or name. Throws `EffectRefused` when there is none. */
export async function companyNamed(ctx: Context, named: string | null): Promise<string> {
  if (named === null) throw new EffectRefused('This run is about no company. Say which one.')
  const id = await findCompanyId(ctx, named)
  if (id === null) throw new EffectRefused(`There is no company "${shown(named)}".`)
  return id
}

/** The id of the company of this id, domain or name, or null. */
export async function findCompanyId(ctx: Context, named: string): Promise<string | null> {
  if (named === '') return null
  if (isId(named)) return (await findCompanies(ctx, [named]))[0]?.id ?? null
  return findCompanyByName(ctx, { name: named, domain: domainOf(named) ?? undefined })
}

/** The deal of this id. Throws `EffectRefused` when there is none. */
export async function dealNamed(ctx: Context, named: string | null): Promise<DealDetail> {
  if (named === null) throw new EffectRefused('This run is about no deal. Say which one.')
  const deal = await findDeal(ctx, named)
  if (deal === null) throw new EffectRefused('This deal does not exist.')
  return deal
}

/** The deal of this id, or null. */
export async function findDeal(ctx: Context, named: string): Promise<DealDetail | null> {
  if (!isId(named)) return null
  try {
    return (await getDeal(ctx, named)).deal
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** The user id of the active member of this e-mail address or id. Throws `EffectRefused` when there is none. */
export async function memberNamed(ctx: Context, named: string): Promise<string> {
  const wanted = named.toLowerCase()
  const found = (await activeMembers(ctx)).find(
    ({ userId, email }) => userId === wanted || email.toLowerCase() === wanted,
  )
  if (found) return found.userId
  throw new EffectRefused(`No active member of the organization is "${shown(named)}".`)
}

/** The pipeline of this name or id. Throws `EffectRefused`. */
export async function pipelineNamed(ctx: Context, named: string): Promise<string> {
  const found = (await listPipelines(ctx)).find(pipeline => isCalled(pipeline, named))
  if (found) return found.id
  throw new EffectRefused(`There is no pipeline called "${shown(named)}".`)
}

/** The stage of this name, key or id: of the pipeline, or else of any. Throws `EffectRefused`. */
export async function stageNamed(ctx: Context, named: string, pipelineId: string | null): Promise<string> {
  const all = await listPipelines(ctx)
  const first = pipelineId ?? all[0]?.id
  const inOrder = [...all.filter(({ id }) => id === first), ...(pipelineId ? [] : all.slice(1))]
  const stages = inOrder.flatMap(({ stages }) => stages)
  const found = stages.find(stage => isCalled(stage, named) || stage.key === named.toLowerCase())
  if (found) return found.id
  throw new EffectRefused(`There is no stage called "${shown(named)}" in this pipeline.`)
}

/** The reason of this name or id. Throws `EffectRefused`. */
export async function lostReasonNamed(ctx: Context, named: string): Promise<string> {
  const found = (await listLostReasons(ctx)).find(reason => isCalled(reason, named))
  if (found) return found.id
  throw new EffectRefused(`No reason for lost deals is called "${shown(named)}".`)
}

/** The currency of a pipeline, or of the first one. */
export async function currencyOf(ctx: Context, pipelineId: string | null): Promise<string> {
  const all = await listPipelines(ctx)
  return (all.find(({ id }) => id === pipelineId) ?? all[0])?.currency ?? 'EUR'
}

function isCalled({ id, name }: { id: string; name: string }, named: string): boolean {
  return id === named || name.toLowerCase() === named.toLowerCase()
}

/** Whether a record is not there, merged into another one included. */
export function isMissing(error: unknown): boolean {
  return error instanceof AppError && (error.status === 404 || error.status === 410)
}
