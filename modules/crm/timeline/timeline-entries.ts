/** How what happened gets onto the timelines of records. */

import type { Context } from '#platform/context.ts'
import type { PublishedEvent } from '#platform/contract/event.ts'
import type { Tx } from '#platform/db/database.ts'
import { idFloor, newId } from '#platform/ids.ts'
import type { RecordReference } from '../activities/records-named.ts'
import { RecordObject } from '../record-api.ts'
import type { TimelineTopic } from './timeline-api.ts'

/** What a timeline says of an event. */
export interface TimelineDraft {
  readonly topic: TimelineTopic
  /** Names to read and ids to follow, all of it small. What is secret or personal stays where it is. */
  readonly data: Readonly<Record<string, unknown>>
  /** Records it is about beside those among its subjects. */
  readonly records?: readonly RecordReference[]
  readonly activityId?: string
  /** Whether it is a sign of life, which keeps `last_activity_at`. */
  readonly isSignOfLife?: boolean
  /** Whether several by one actor within minutes are told as one: `data.changed` then has the fields of all. */
  readonly isMerged?: boolean
}

interface Told {
  readonly event: PublishedEvent
  readonly draft: TimelineDraft
}

/** Events of one actor about one record this far apart are told together. */
export const MERGE_MS = 10 * 60_000
const MERGED_MAX = 200

/** The records an event is told at. */
function recordsOf({ event, draft }: Told): RecordReference[] {
  const named = event.subjects.flatMap(({ type, id }) => {
    const object = RecordObject.safeParse(type)
    return object.success ? [{ object: object.data, id }] : []
  })
  return [...new Map([...named, ...(draft.records ?? [])].map(record => [record.id, record])).values()]
}

/** Tells an event on the timelines of the records it is about, once however often it is heard. Waits for no answer. */
export function tellOnTimeline(ctx: Context, event: PublishedEvent, draft: TimelineDraft): void {
  const subjects = recordsOf({ event, draft }).map(({ object, id }) => ({ type: object, id }))
  if (subjects.length === 0) return
  ctx.db.gather(writeEntries, { event, draft })
  const message = { id: newId(), orgId: ctx.orgId, type: 'timeline.changed', subjects }
  ctx.db.afterCommit(() => ctx.kit.live.send(message))
}

interface Row {
  id: string
  object: string
  recordId: string
  kind: string
  topic: string
  actor: string
  data: Record<string, unknown>
  subjects: string
  activityId: string | null
  at: Date
  /** Further events that are told with it. */
  eventIds: string[]
  isMerged: boolean
  isSignOfLife: boolean
}

// What an event is told with later is found by the actor, so that two people who edit one record stay apart.
const WRITE = `
  with incoming as (
    select * from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[], $9::jsonb[],
      $10::uuid[], $11::timestamptz[], $12::jsonb[], $13::boolean[], $14::uuid[])
      as i (id, object, record_id, kind, topic, actor, data, subjects, activity_id, at, event_ids, is_merged, since)
  ), fresh as (
    select i.* from incoming i where not exists (
      select from crm.timeline_entries t
      where t.org_id = $1 and t.record_id = i.record_id and t.id >= i.since and t.id >= $15 and t.id <= i.id
        and i.id = any(t.event_ids))
  ), placed as (
    select i.*, case when i.is_merged then (
      select t.id from crm.timeline_entries t
      where t.org_id = $1 and t.record_id = i.record_id and t.id >= i.since and t.id >= $15 and t.id < i.id
        and t.kind = i.kind and t.actor = i.actor and cardinality(t.event_ids) < ${MERGED_MAX}
      order by t.id desc limit 1) end as into_id
    from fresh i
  ), merged as (
    update crm.timeline_entries t set
      data = t.data || jsonb_build_object('changed', (
        select jsonb_agg(distinct field) from jsonb_array_elements(
          coalesce(t.data->'changed', '[]') || coalesce(i.data->'changed', '[]')) field)),
      event_ids = t.event_ids || i.id || array(select jsonb_array_elements_text(i.event_ids)::uuid)
    from placed i
    where t.org_id = $1 and t.record_id = i.record_id and t.id = i.into_id and t.id >= $15
  )
  insert into crm.timeline_entries (org_id, id, object, record_id, company_id, kind, topic, actor, data, subjects,
    activity_id, event_ids, created_at, updated_at)
  select $1, i.id, i.object, i.record_id, case i.object
      when 'company' then i.record_id
      when 'person' then (
        select o.company_id from crm.positions o
        where o.org_id = $1 and o.person_id = i.record_id and o.is_primary and o.deleted_at is null)
      else (select d.company_id from crm.deals d where d.org_id = $1 and d.id = i.record_id)
    end,
    i.kind, i.topic, i.actor, i.data, i.subjects, i.activity_id,
    array(select jsonb_array_elements_text(i.event_ids)::uuid), i.at, i.at
  from placed i where i.into_id is null
  on conflict do nothing`

const ALIVE_PEOPLE = `
  update crm.people p set last_activity_at = i.at
  from unnest($2::uuid[], $3::timestamptz[]) as i (id, at)
  where p.org_id = $1 and p.id = i.id and (p.last_activity_at is null or p.last_activity_at < i.at)`

const ALIVE_COMPANIES = `
  update crm.companies c set last_activity_at = i.at
  from (
    select company_id, max(at) as at from (
      select case a.object
          when 'company' then a.id
          when 'person' then (
            select o.company_id from crm.positions o
            where o.org_id = $1 and o.person_id = a.id and o.is_primary and o.deleted_at is null)
          else (select d.company_id from crm.deals d where d.org_id = $1 and d.id = a.id)
        end as company_id, a.at
      from unnest($2::text[], $3::uuid[], $4::timestamptz[]) as a (object, id, at)
    ) alive where company_id is not null group by company_id
  ) i
  where c.org_id = $1 and c.id = i.company_id and (c.last_activity_at is null or c.last_activity_at < i.at)`

/** Writes what a transaction has to tell, in one statement however much it is. Only events of one organization. */
export function writeEntries(tx: Tx, told: readonly Told[]): void {
  const orgId = told[0]?.event.orgId
  const rows = mergedRows(told.flatMap(rowsOf))
  if (rows.length === 0) return
  const sinces = rows.map(row => idFloor(new Date(row.at.getTime() - MERGE_MS)))
  tx.send(WRITE, [
    orgId,
    rows.map(row => row.id),
    rows.map(row => row.object),
    rows.map(row => row.recordId),
    rows.map(row => row.kind),
    rows.map(row => row.topic),
    rows.map(row => row.actor),
    rows.map(row => JSON.stringify(row.data)),
    rows.map(row => row.subjects),
    rows.map(row => row.activityId),
    rows.map(row => row.at),
    rows.map(row => JSON.stringify(row.eventIds)),
    rows.map(row => row.isMerged),
    sinces,
    // Said once for all, so that partitions of other months are not looked into.
    sinces.toSorted()[0],
  ])
  keepLastActivity(
    tx,
    orgId,
    rows.filter(row => row.isSignOfLife),
  )
}

function keepLastActivity(tx: Tx, orgId: string | undefined, rows: readonly Row[]): void {
  if (rows.length === 0) return
  const newest = [...Map.groupBy(rows, row => row.recordId).values()].flatMap(of => of.at(-1) ?? [])
  // In one order everywhere, so that two who do this at once wait for each other and not in a circle.
  const alive = newest.toSorted((a, b) => (a.recordId < b.recordId ? -1 : 1))
  const people = alive.filter(row => row.object === 'person')
  tx.send(ALIVE_PEOPLE, [orgId, people.map(row => row.recordId), people.map(row => row.at)])
  tx.send(ALIVE_COMPANIES, [
    orgId,
    alive.map(row => row.object),
    alive.map(row => row.recordId),
    alive.map(row => row.at),
  ])
}

function rowsOf(told: Told): Row[] {
  const { event, draft } = told
  const records = recordsOf(told)
  const subjects = [
    ...event.subjects,
    ...records
      .filter(({ id }) => !event.subjects.some(subject => subject.id === id))
      .map(({ object, id }) => ({ type: object, id })),
  ]
  return records.map(({ object, id }) => ({
    id: event.id,
    object,
    recordId: id,
    kind: event.type,
    topic: draft.topic,
    actor: JSON.stringify(event.actor),
    data: draft.data,
    subjects: JSON.stringify(subjects),
    activityId: draft.activityId ?? null,
    at: event.at,
    eventIds: [],
    isMerged: draft.isMerged ?? false,
    isSignOfLife: draft.isSignOfLife ?? false,
  }))
}

/** Rows that belong together become one before they are written, since a statement does not see what it writes itself. */
function mergedRows(rows: readonly Row[]): Row[] {
  const merged: Row[] = []
  const open = new Map<string, Row>()
  for (const row of rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const group = row.isMerged ? `${row.recordId} ${row.kind} ${row.actor}` : ''
    const first = row.isMerged ? open.get(group) : undefined
    if (!first || row.at.getTime() - first.at.getTime() > MERGE_MS || first.eventIds.length >= MERGED_MAX) {
      const own = { ...row, data: { ...row.data }, eventIds: [...row.eventIds] }
      merged.push(own)
      if (row.isMerged) open.set(group, own)
      continue
    }
    first.eventIds.push(row.id)
    first.data.changed = [...new Set([...fieldsOf(first), ...fieldsOf(row)])]
  }
  return merged
}

function fieldsOf({ data }: Row): unknown[] {
  return Array.isArray(data.changed) ? data.changed : []
}
