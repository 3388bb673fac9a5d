/** What steps do to activities, in the transaction that stores the run's progress. */

import { z } from 'zod'
import { NewActivity } from '#modules/crm/contract.ts'
import { completeActivity, createActivity, listActivities } from '#modules/crm/index.ts'
import type { Context } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { EffectRefused } from './effect-refused.ts'
import {
  companyNamed,
  dealNamed,
  isMissing,
  memberNamed,
  personNamed,
  type RunOfLead,
} from './record-names.ts'
import { fitting } from './record-values.ts'
import type { Effect } from './run-state.ts'

const named = z.string().nullable().default(null)
const NewActivityOfRun = z.object({
  assignee: named,
  records: z.strictObject({ person: named, company: named, deal: named }).partial(),
})
const Completion = z.strictObject({ task: named, deal: named })

/** The most open tasks of a deal that one step completes. */
const TASKS_MAX = 100

/** Writes a task, a note or a call down at the records that are named. Throws `EffectRefused` and what the verb throws. */
export async function addActivity(ctx: Context, run: RunOfLead, effect: Effect): Promise<void> {
  const { assignee, records: asked } = NewActivityOfRun.parse(effect.payload)
  const { assignee: _, records: _records, ...written } = effect.payload
  const about = (await recordsNamed(ctx, run, asked)).filter(({ id }) => id !== null)
  const body = fitting(NewActivity, {
    ...written,
    assigneeUserId: assignee === null ? null : await memberNamed(ctx, assignee),
    records: about,
  })
  await createActivity(ctx, body, effect.id)
}

/** The records an activity is about. When nothing is named at all it is the person behind the lead, if there is one. */
async function recordsNamed(
  ctx: Context,
  run: RunOfLead,
  { person, company, deal }: z.infer<typeof NewActivityOfRun>['records'],
) {
  const records: { object: string; id: string }[] = []
  if (typeof deal === 'string') records.push({ object: 'deal', id: (await dealNamed(ctx, deal)).id })
  if (typeof company === 'string') records.push({ object: 'company', id: await companyNamed(ctx, company) })
  if (typeof person === 'string' || (records.length === 0 && run.leadId !== null))
    records.push({ object: 'person', id: (await personNamed(ctx, run, person ?? null)).id })
  return records
}

/** Completes a task, or all open tasks of a deal. Throws `EffectRefused` and what the verbs throw. */
export async function completeTasks(ctx: Context, effect: Effect): Promise<void> {
  const { task, deal } = Completion.parse(effect.payload)
  if (deal !== null) {
    const { id: dealId } = await dealNamed(ctx, deal)
    const open = await listActivities(ctx, {
      dealId,
      state: 'open',
      filter: JSON.stringify({ field: 'kind', op: 'is', value: 'task' }),
      limit: TASKS_MAX,
    })
    for (const { id } of open.items) await completeActivity(ctx, id)
    return
  }
  if (task === null) throw new EffectRefused('This run is about no task. Say which one.')
  try {
    if (!Id.safeParse(task).success) throw new EffectRefused('This task does not exist.')
    await completeActivity(ctx, task)
  } catch (error) {
    if (isMissing(error)) throw new EffectRefused('This task does not exist.')
    throw error
  }
}
