import { nameMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { publish } from '#platform/events/publish.ts'
import { leadAssigned } from '../events.ts'
import { recordLeadEvent } from '../lead-events.ts'
import type { AssignmentSettings } from './assignment-api.ts'
import { chooseOwner, type Turn } from './choose.ts'
import { countOpenLeads } from './open-leads.ts'

/** Whether a workflow gives its leads to anybody, for the statement that stores a lead; `workflow` is an expression of its id. */
export const hasAssignment = (workflow: string): string =>
  `exists (select 1 from intake.lead_assignments a where a.org_id = $1 and a.workflow_id = ${workflow} and a.is_on)`

const LOCK = `
  select rules, default_owner_id, turns from intake.lead_assignments
  where org_id = $1 and workflow_id = $2 and is_on
  for no key update`

const ANSWERS = `
  select f.field_key as key, f.field_type as type, v.value
  from intake.lead_values v
  join intake.form_fields f on f.org_id = $1 and f.id = v.field_id
  where v.org_id = $1 and v.lead_id = $2`

interface LockedRow {
  rules: AssignmentSettings['rules']
  default_owner_id: string | null
  turns: Record<string, Turn>
}

/**
 * Gives a lead that was just made to whom the rules of its workflow say, in the transaction that makes it; its history says why.
 * Leads of one workflow wait for each other from here to their commit, so turns are exact. To be called once, with the answers
 * stored. Nothing happens where there are no rules, or for a lead that has an owner.
 */
export async function assignNewLead(
  ctx: Context,
  { leadId, workflowId, personId }: { leadId: string; workflowId: string; personId: string },
): Promise<void> {
  await ctx.db.unnarrowed(async () => {
    const [locked, answers] = await Promise.all([
      ctx.db.query<LockedRow>(LOCK, [ctx.orgId, workflowId]),
      ctx.db.query<{ key: string; type: string; value: string }>(ANSWERS, [ctx.orgId, leadId]),
    ])
    const row = locked.rows[0]
    if (!row) return
    const settings = { rules: row.rules, defaultOwnerId: row.default_owner_id }
    const people = namedIn(settings)
    // Counted behind the lock: what was given away before it is seen.
    const [members, counts] = await Promise.all([
      nameMembers(ctx, people),
      countOpenLeads(ctx, workflowId, countedIn(settings)),
    ])
    const active = members.filter(({ status }) => status === 'active')
    const given = new Map(answers.rows.map(answer => [answer.key, answer]))
    const choice = chooseOwner(settings, {
      answerTo: key => ({ type: given.get(key)?.type ?? 'TEXT', text: given.get(key)?.value }),
      openLeads: new Map(active.map(({ userId }) => [userId, counts.get(userId) ?? 0])),
      turns: row.turns,
    })
    if (choice.taken) {
      const { rule, turn } = choice.taken
      ctx.db.send(
        `update intake.lead_assignments set turns = turns || jsonb_build_object($3::text, $4::jsonb)
         where org_id = $1 and workflow_id = $2`,
        [ctx.orgId, workflowId, rule.id, JSON.stringify(turn)],
      )
    }
    const name = active.find(({ userId }) => userId === choice.userId)?.name
    await note(ctx, { leadId, workflowId, personId }, { ...choice, name, rule: choice.taken?.rule })
  })
}

async function note(
  ctx: Context,
  lead: { leadId: string; workflowId: string; personId: string },
  chosen: {
    userId: string | null
    reason: string
    name: string | undefined
    rule: AssignmentSettings['rules'][number] | undefined
  },
): Promise<void> {
  const { leadId, workflowId, personId } = lead
  const { userId, reason, name = 'a member', rule } = chosen
  const stored = await ctx.db.query(
    `update intake.leads set owner_user_id = $3 where org_id = $1 and id = $2 and owner_user_id is null returning id`,
    [ctx.orgId, leadId, userId],
  )
  if (stored.rowCount === 0) return
  await recordLeadEvent(ctx, {
    leadId,
    kind: 'OWNER_CHANGED',
    description: userId === null ? `Has no owner: ${reason}` : `Given to ${name}: ${reason}`,
    metadata: {
      from: null,
      to: userId,
      reason,
      ...(userId === null ? {} : { name }),
      ...(rule ? { ruleId: rule.id, rule: rule.name } : {}),
    },
    bySystem: true,
  })
  if (userId === null) return
  await publish(ctx, leadAssigned, {
    subjects: [
      { type: 'lead', id: leadId },
      { type: 'workflow', id: workflowId },
      { type: 'person', id: personId },
      { type: 'user', id: userId },
    ],
    payload: { leadId, workflowId, from: null, to: userId },
  })
}

/** Everybody the settings name. */
export function namedIn({ rules, defaultOwnerId }: AssignmentSettings): string[] {
  const members = rules.flatMap(rule => rule.members.map(({ userId }) => userId))
  return [...new Set([...members, ...(defaultOwnerId === null ? [] : [defaultOwnerId])])]
}

/** Whose open leads decide anything. */
function countedIn({ rules }: AssignmentSettings): string[] {
  const counted = rules.flatMap(rule =>
    rule.members.filter(({ capacity }) => rule.by === 'load' || capacity !== null),
  )
  return [...new Set(counted.map(({ userId }) => userId))]
}
