import { nameMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import type { FieldProblem } from '#platform/contract/problem.ts'
import { generalErrors } from '#platform/errors.ts'
import { isNarrowed, openRecords, recordAccess } from '#platform/owned.ts'
import { userOf } from './activity-sight.ts'
import type { RecordReference } from './records-named.ts'

const wrong = (pointer: string, code: string, message: string): FieldProblem => ({
  in: 'body',
  pointer,
  code,
  message,
})

/**
 * Whoever writes something down at records may change them. Throws `request.invalid` with a pointer to each record that is
 * not there or not in sight, and `request.read_only` for one that may only be looked at.
 */
export async function requireRecords(ctx: Context, records: readonly RecordReference[]): Promise<void> {
  for (const { object, id } of records) openRecords(ctx, object, [id])
  const rights = await Promise.all(records.map(({ object, id }) => recordAccess(ctx, object, id)))
  const missing = rights.flatMap((right, index) =>
    right === null ? [wrong(`/records/${index}/id`, 'not_found', 'This record does not exist.')] : [],
  )
  if (missing.length > 0) throw generalErrors.invalid({ errors: missing })
  if (rights.includes('read')) throw generalErrors.read_only()
}

/** Throws `request.invalid` for one who is no active member. */
export async function requireAssignee(ctx: Context, userId: string): Promise<void> {
  if (userId === userOf(ctx)) return
  const [member] = await nameMembers(ctx, [userId])
  if (member?.status === 'active') return
  throw generalErrors.invalid({
    errors: [wrong('/assigneeUserId', 'not_found', 'Choose an active member of the organization.')],
  })
}

/** An activity by whom it is and what it is about. */
interface Owned {
  readonly assignee_user_id: string | null
  readonly created_by: string | null
}

/**
 * An activity is changed by those whose it is, and by whoever may change one of the records it is about. Throws
 * `request.read_only`.
 */
export async function requireActivityWritable(
  ctx: Context,
  activity: Owned,
  records: readonly RecordReference[],
): Promise<void> {
  const me = userOf(ctx)
  const isOwn = me !== null && (activity.assignee_user_id === me || activity.created_by === me)
  if (isOwn || !isNarrowed(ctx)) return
  const rights = await Promise.all(records.map(({ object, id }) => recordAccess(ctx, object, id)))
  if (!rights.includes('write')) throw generalErrors.read_only()
}

/** What does not go together in an activity as it would be stored. Throws `request.invalid`. */
export function requireSense(activity: {
  kind: string
  title: string
  body: string
  outcome: unknown
  startsAt: string | null
  endsAt: string | null
}): void {
  const problems: FieldProblem[] = []
  if (activity.title === '' && activity.body === '')
    problems.push(wrong('/title', 'required', 'Write a title or a text.'))
  if (activity.kind === 'task' && activity.title === '')
    problems.push(wrong('/title', 'required', 'A task needs a title.'))
  if (activity.outcome !== null && activity.kind !== 'call')
    problems.push(wrong('/outcome', 'not_allowed', 'Only calls have an outcome.'))
  if (activity.endsAt !== null && activity.startsAt === null)
    problems.push(wrong('/startsAt', 'required', 'Say when it begins.'))
  if (
    activity.endsAt !== null &&
    activity.startsAt !== null &&
    Date.parse(activity.endsAt) < Date.parse(activity.startsAt)
  )
    problems.push(wrong('/endsAt', 'too_early', 'It cannot end before it begins.'))
  if (problems.length > 0) throw generalErrors.invalid({ errors: problems })
}
