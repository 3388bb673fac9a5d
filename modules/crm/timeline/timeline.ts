import type { Actor, Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { type ListRequest, pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { isNarrowed, openRecords, recordAccess, subjectsSeen } from '#platform/owned.ts'
import type { Activity } from '../activities/activity-api.ts'
import { readActivities } from '../activities/activity-rows.ts'
import { type NamedRecord, nameRecords } from '../activities/records-named.ts'
import type { RecordObject } from '../record-api.ts'
import { relatedRecords } from '../upcoming/people-of-record.ts'
import type { TimelineEntry, TimelineTopic } from './timeline-api.ts'

export interface TimelineRequest extends ListRequest {
  readonly topics?: readonly TimelineTopic[] | undefined
}

interface EntryRow {
  id: string
  object: RecordObject
  record_id: string
  kind: string
  topic: TimelineTopic
  actor: Actor
  data: Record<string, unknown>
  activity_id: string | null
  event_count: number
  created_at: Date
  updated_at: Date
}

/**
 * A page of what happened to a record, the newest first. A company's has what happened to its people and deals. Who sees a part
 * of the records does not see what is about a hidden one. Throws `request.not_found`.
 */
export async function readTimeline(
  ctx: Context,
  object: RecordObject,
  recordId: string,
  request: TimelineRequest,
): Promise<{ items: TimelineEntry[]; nextCursor: string | null }> {
  openRecords(ctx, object, [recordId])
  if ((await recordAccess(ctx, object, recordId)) === null) throw generalErrors.not_found()
  if (object === 'company' && isNarrowed(ctx)) await relatedRecords(ctx, object, recordId)
  const text = timelineSql(ctx, object, {
    isContinued: request.cursor !== undefined,
    hasTopics: request.topics !== undefined,
  })
  const values: unknown[] = [ctx.orgId, recordId, request.limit + 1]
  const before = readIdCursor(request)
  if (before !== null) values.push(before)
  if (request.topics !== undefined) values.push(request.topics)
  const found = await ctx.db.query<EntryRow>(text, values)
  const page = pageOfRows(request, found.rows, row => row)
  const [activities, named] = await Promise.all([
    readActivities(ctx, [...new Set(page.items.flatMap(row => row.activity_id ?? []))]),
    nameRecords(
      ctx,
      page.items
        .filter(row => row.record_id !== recordId)
        .map(row => ({ object: row.object, id: row.record_id })),
    ),
  ])
  return {
    items: page.items.map(row => entryOf(row, recordId, activities, named)),
    nextCursor: page.nextCursor,
  }
}

/**
 * The statement of a page: $1 organization, $2 record, $3 rows, then the id to go on from and the topics. A record's rows, and all
 * of a company, are one range of an index in order of ids, which begin with the time.
 */
export function timelineSql(
  ctx: Context,
  object: RecordObject,
  { isContinued, hasTopics }: { isContinued: boolean; hasTopics: boolean },
): string {
  const isCompany = object === 'company'
  const topics = hasTopics ? ` and t.topic = any($${isContinued ? 5 : 4}::text[])` : ''
  return `
    select ${isCompany ? 'distinct on (t.id) ' : ''}t.id, t.object, t.record_id, t.kind, t.topic, t.actor, t.data, t.activity_id,
      1 + cardinality(t.event_ids) as event_count, t.created_at, t.updated_at
    from crm.timeline_entries t
    where t.org_id = $1 and ${isCompany ? 't.company_id' : 't.record_id'} = $2${isContinued ? ' and t.id < $4' : ''}${topics}
      and (t.activity_id is null or exists (
        select from crm.activities a where a.org_id = $1 and a.id = t.activity_id and a.deleted_at is null))${subjectsSeen(ctx, 't.subjects')}
    order by t.id desc${isCompany ? ', t.object' : ''}
    limit $3`
}

function entryOf(
  row: EntryRow,
  recordId: string,
  activities: ReadonlyMap<string, Activity>,
  named: ReadonlyMap<string, NamedRecord>,
): TimelineEntry {
  return {
    id: row.id,
    kind: row.kind,
    topic: row.topic,
    at: row.created_at.toISOString(),
    until: (row.event_count > 1 ? row.updated_at : row.created_at).toISOString(),
    count: row.event_count,
    actor: actorOf(row.actor),
    record: row.record_id === recordId ? null : (named.get(row.record_id) ?? null),
    activity: row.activity_id === null ? null : (activities.get(row.activity_id) ?? null),
    data: row.data as TimelineEntry['data'],
  }
}

function actorOf(actor: Actor): TimelineEntry['actor'] {
  switch (actor.type) {
    case 'user':
      return { type: 'user', userId: actor.userId }
    case 'run':
      return { type: 'run', runId: actor.runId, workflowId: actor.workflowId }
    default:
      return { type: actor.type }
  }
}
