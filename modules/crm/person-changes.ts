import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { changedMeanwhile, isExpected, rowVersion } from '#platform/http/etags.ts'
import { type LifecycleStage, type PersonField, type PersonStatus, personUpdated } from './contract.ts'
import { cleanName, cutText } from './person-names.ts'

const LENGTH_MAX = { salutation: 40, linkedinUrl: 2_000, mobile: 50, phone: 50 } as const
const TAGS_MAX = 100
const TAG_LENGTH_MAX = 100

/** What to change about a person. What is left out stays; null clears. */
export interface PersonChanges {
  readonly firstName?: string | null | undefined
  readonly lastName?: string | null | undefined
  readonly salutation?: string | null | undefined
  readonly phone?: string | null | undefined
  readonly mobile?: string | null | undefined
  readonly linkedinUrl?: string | null | undefined
  readonly lifecycleStage?: LifecycleStage | undefined
  readonly status?: PersonStatus | undefined
  readonly score?: number | undefined
  readonly addTags?: readonly string[] | undefined
  readonly removeTags?: readonly string[] | undefined
}

type PersonState = { -readonly [Field in PersonField]: unknown } & { tags: readonly string[] }
type LockedPerson = PersonState & { version: string }

const LOCK = `
  select first_name as "firstName", last_name as "lastName", salutation, phone, mobile, linkedin_url as "linkedinUrl",
    lifecycle_stage as "lifecycleStage", status, score, tags, ${rowVersion('updated_at')} as version
  from crm.people where org_id = $1 and id = $2 and deleted_at is null for update`

const CHANGE = `
  update crm.people set first_name = $3, last_name = $4, salutation = $5, phone = $6, mobile = $7, linkedin_url = $8,
    lifecycle_stage = $9, status = $10, score = $11, tags = $12, updated_at = now()
  where org_id = $1 and id = $2`

/**
 * Changes a person and says which fields are different now; texts are cut to what their columns hold. Two callers at
 * once change one after the other, so no tag is lost. Publishes `person.updated` when anything changed. Throws
 * `request.not_found`, and `request.changed_meanwhile` when the person is at none of the expected versions.
 */
export async function changePerson(
  ctx: Context,
  personId: string,
  changes: PersonChanges,
  expected: readonly string[] | null = null,
): Promise<{ changed: PersonField[] }> {
  const found = await ctx.db.query<LockedPerson>(LOCK, [ctx.orgId, personId])
  if (!found.rows[0]) throw generalErrors.not_found()
  const { version, ...before } = found.rows[0]
  if (!isExpected(expected, version)) throw changedMeanwhile(changes, { version, value: before })
  const after = changedState(before, changes)
  const changed = (Object.keys(after) as PersonField[]).filter(
    field => JSON.stringify(after[field]) !== JSON.stringify(before[field]),
  )
  if (changed.length === 0) return { changed }
  await ctx.db.query(CHANGE, [
    ctx.orgId,
    personId,
    after.firstName,
    after.lastName,
    after.salutation,
    after.phone,
    after.mobile,
    after.linkedinUrl,
    after.lifecycleStage,
    after.status,
    after.score,
    after.tags,
  ])
  await publish(ctx, personUpdated, {
    subjects: [{ type: 'person', id: personId }],
    payload: { personId, changed },
  })
  return { changed }
}

function changedState(before: PersonState, changes: PersonChanges): PersonState {
  const { addTags = [], removeTags = [], ...rest } = changes
  const after: PersonState = { ...before, ...given(rest) }
  for (const field of ['firstName', 'lastName'] as const) after[field] = cleanName(textOf(after[field]))
  for (const field of ['salutation', 'linkedinUrl', 'mobile', 'phone'] as const)
    after[field] = cutText(textOf(after[field]).trim(), LENGTH_MAX[field]) || null
  after.tags = changedTags(before.tags, addTags, removeTags)
  return after
}

/** Tags are told apart without regard to case; the spelling that is there stays. */
function changedTags(before: readonly string[], add: readonly string[], remove: readonly string[]): string[] {
  const removed = new Set(remove.map(keyOf))
  const kept = before.filter(tag => !removed.has(keyOf(tag)))
  const known = new Set(kept.map(keyOf))
  for (const tag of add.map(each => cutText(each.trim(), TAG_LENGTH_MAX))) {
    if (tag === '' || known.has(keyOf(tag)) || kept.length >= TAGS_MAX) continue
    known.add(keyOf(tag))
    kept.push(tag)
  }
  return kept
}

function keyOf(tag: string): string {
  return tag.trim().toLowerCase()
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function given<Changes extends object>(changes: Changes): Changes {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Changes
}
