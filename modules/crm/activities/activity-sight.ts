import type { Context } from '#platform/context.ts'
import { isNarrowed, type SeenCondition } from '#platform/owned.ts'

/** Whom a request speaks for, when that is a person. */
export function userOf({ actor }: Context): string | null {
  return actor.type === 'user' ? actor.userId : null
}

const OBJECTS = ['person', 'company', 'deal'] as const

/**
 * A condition on `crm.activities` under an alias, for those who see a part of the records: an activity is seen when it is
 * about at least one record and about none that is hidden, or when it is the caller's own, by assignment or because they
 * wrote it. `next` is the number of the first free parameter, $1 the organization. Empty for everybody else.
 *
 * It stands in queries and not in the policy: an activity is about several records of several objects, a policy may not
 * look them up, and a row that names one of them cannot tell that another is hidden.
 */
export function activitySeen(ctx: Context, alias: string, next: number): SeenCondition {
  if (!isNarrowed(ctx)) return { sql: '', values: [] }
  const about = `select from crm.activity_links about where about.org_id = $1 and about.activity_id = ${alias}.id`
  const seen = OBJECTS.flatMap(object => {
    const owned = ctx.kit.owned.get(object)
    if (!owned) return []
    const record = `select from ${owned.table} r where r.org_id = $1 and r.id = about.record_id`
    return [`about.object = '${object}' and exists (${record})`]
  })
  const isAboutSeen = `exists (${about}) and not exists (${about} and not (${seen.join(' or ')}))`
  const isOwn = `${alias}.assignee_user_id = $${next}::uuid or ${alias}.created_by = $${next}::uuid`
  return { sql: ` and (${isOwn} or (${isAboutSeen}))`, values: [userOf(ctx)] }
}
