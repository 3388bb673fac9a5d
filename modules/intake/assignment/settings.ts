import { nameMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import type { FieldProblem } from '#platform/contract/problem.ts'
import { generalErrors } from '#platform/errors.ts'
import { changedMeanwhile, isExpected } from '#platform/http/etags.ts'
import { visibilityProblems } from '../field-visibility.ts'
import { listStatuses } from '../lead-statuses.ts'
import { namedIn } from './assign-new-lead.ts'
import type { Assignment, AssignmentSettings } from './assignment-api.ts'
import { countOpenLeads } from './open-leads.ts'

interface SettingsRow {
  rules: AssignmentSettings['rules']
  default_owner_id: string | null
  version: number
}

const READ = `
  select rules, default_owner_id, version from intake.lead_assignments where org_id = $1 and workflow_id = $2`

/** Who gets the leads of a workflow. Throws `request.not_found` for a workflow without a board. */
export async function getAssignment(ctx: Context, workflowId: string): Promise<Assignment> {
  const [statuses, found] = await Promise.all([
    listStatuses(ctx, workflowId),
    ctx.db.query<SettingsRow>(READ, [ctx.orgId, workflowId]),
  ])
  if (statuses.length === 0) throw generalErrors.not_found()
  const row = found.rows[0]
  const settings = { rules: row?.rules ?? [], defaultOwnerId: row?.default_owner_id ?? null }
  const people = namedIn(settings)
  const [members, counts] = await Promise.all([
    nameMembers(ctx, people),
    countOpenLeads(ctx, workflowId, people),
  ])
  return {
    ...settings,
    version: row?.version ?? 0,
    people: members.map(({ userId, name, status }) => ({
      userId,
      name,
      isActive: status === 'active',
      openLeads: counts.get(userId) ?? 0,
    })),
  }
}

/**
 * Says who gets the leads of a workflow from now on. Whose turn it is stays with each rule that stays. Throws `request.not_found`,
 * `request.changed_meanwhile` at none of the expected versions, and `request.invalid` with a pointer to a member who is none or a
 * condition that no answer can meet.
 */
export async function saveAssignment(
  ctx: Context,
  workflowId: string,
  settings: AssignmentSettings,
  expected: readonly string[] | null,
): Promise<Assignment> {
  // The first to save has no row to wait at; the columns are there for certain.
  await ctx.db.query(
    'select 1 from intake.lead_statuses where org_id = $1 and workflow_id = $2 order by status limit 1 for no key update',
    [ctx.orgId, workflowId],
  )
  const before = await getAssignment(ctx, workflowId)
  const version = String(before.version)
  if (!isExpected(expected, version)) throw changedMeanwhile(settings, { version, value: before })
  const problems = await problemsOf(ctx, workflowId, settings)
  if (problems.length > 0) throw generalErrors.invalid({ errors: problems })
  await ctx.db.query(
    `insert into intake.lead_assignments as a (org_id, workflow_id, rules, default_owner_id, is_on)
     values ($1, $2, $3::jsonb, $4::uuid, $5)
     on conflict (org_id, workflow_id) do update
     set rules = excluded.rules, default_owner_id = excluded.default_owner_id, is_on = excluded.is_on, version = a.version + 1,
       turns = (select coalesce(jsonb_object_agg(t.key, t.value), '{}') from jsonb_each(a.turns) t where t.key = any($6::text[]))`,
    [
      ctx.orgId,
      workflowId,
      JSON.stringify(settings.rules),
      settings.defaultOwnerId,
      settings.rules.length > 0 || settings.defaultOwnerId !== null,
      settings.rules.map(({ id }) => id),
    ],
  )
  return getAssignment(ctx, workflowId)
}

const FIELDS = `
  select d.field_key as key, d.field_type as type, d.options from intake.form_fields d
  join intake.forms f on f.org_id = $1 and f.id = d.form_id
  where d.org_id = $1 and f.workflow_id = $2`

interface AskedField {
  readonly key: string
  readonly type: string
  readonly options: readonly string[]
}

async function problemsOf(
  ctx: Context,
  workflowId: string,
  settings: AssignmentSettings,
): Promise<FieldProblem[]> {
  const [members, fields] = await Promise.all([
    nameMembers(ctx, namedIn(settings)),
    ctx.db.query<AskedField>(FIELDS, [ctx.orgId, workflowId]),
  ])
  const known = new Set(members.map(({ userId }) => userId))
  const problems: FieldProblem[] = []
  const complain = (pointer: string, message: string) =>
    problems.push({ in: 'body', pointer, code: 'not_there', message })
  for (const [index, rule] of settings.rules.entries()) {
    for (const [place, { userId }] of rule.members.entries())
      if (!known.has(userId))
        complain(`/rules/${index}/members/${place}/userId`, 'Choose a member of the organization.')
    if (rule.when === null) continue
    // A condition of a rule asks what a condition of one more field at the end could ask.
    const asking = { key: '', type: 'TEXT', options: [], visibleWhen: rule.when }
    for (const { path, message } of visibilityProblems([...fields.rows, asking])) {
      const [at, , ...rest] = path
      if (at === fields.rows.length) {
        // The sentence for a form would speak of a field above.
        const words = rest.at(-1) === 'field' ? 'The form has no such field.' : message
        complain(`/rules/${index}/when/${rest.join('/')}`, words)
      }
    }
  }
  if (settings.defaultOwnerId !== null && !known.has(settings.defaultOwnerId))
    complain('/defaultOwnerId', 'Choose a member of the organization.')
  return problems
}
