import { organizationTimeZone } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { percentileOf } from '#platform/duration-buckets.ts'
import { generalErrors } from '#platform/errors.ts'
import { intakeErrors } from '../errors.ts'
import type { FieldType } from '../form-definition.ts'
import { ABANDONED_AFTER_MINUTES } from '../partials/abandonment.ts'
import type { AnalyticsQuery, FormAnalytics } from './analytics-api.ts'
import { shownFrom } from './counting.ts'

const DAYS_DEFAULT = 30
const DAYS_MAX = 731
const SOURCES_MAX = 50

// What is counted and what is not yet counted, in one statement each: a showing is in one of the two at any moment.
const OPEN = `open as (
    ${shownFrom('(select * from intake.form_showings where org_id = $1 and form_id = $2)', '$5')}
  )`
const SPAN = 'org_id = $1 and form_id = $2 and day between $3 and $4'
const OPEN_SPAN = 'day between $3 and $4'

const COUNTS = `
  with ${OPEN}, counted as (
    select day, version, source, device, views, starts, completions from intake.form_figures where ${SPAN}
    union all
    select day, version, source, device, 1, is_started::int, is_completed::int from open where ${OPEN_SPAN}
  )
  select case when grouping(version) = 0 then 'version' when grouping(day) = 0 then 'day'
      when grouping(source) = 0 then 'source' when grouping(device) = 0 then 'device' else 'all' end as by,
    coalesce(version::text, day::text, source, device, '') as name,
    sum(views)::int as views, sum(starts)::int as starts, sum(completions)::int as completions,
    coalesce(sum(views) filter (where version = $6), 0)::int as version_views,
    coalesce(sum(starts) filter (where version = $6), 0)::int as version_starts,
    coalesce(sum(completions) filter (where version = $6), 0)::int as version_completions
  from counted group by grouping sets ((), (day), (source), (device), (version))`

const TIMES = `
  with ${OPEN}, counted as (
    select version, bucket, completions from intake.form_times where ${SPAN}
    union all
    select version, bucket, 1 from open where ${OPEN_SPAN} and bucket is not null
  )
  select version, bucket, sum(completions)::int as completions from counted group by version, bucket`

/** Somebody who is still typing has not left. */
const GONE = `updated_at < now() - interval '${ABANDONED_AFTER_MINUTES} minutes'`
const FIELDS = `
  with ${OPEN}, counted as (
    select version, field_key, entered, left_here from intake.form_field_figures where ${SPAN}
    union all
    select o.version, e.key, 1, (o.left_at = e.key and o.${GONE})::int
    from open o cross join lateral unnest(o.entered) as e (key) where o.${OPEN_SPAN}
  ), summed as (
    select field_key, sum(entered)::int as entered, coalesce(sum(left_here), 0)::int as left_here from counted
    where $6::int is null or version = $6 group by field_key
  )
  select d.field_key as key, d.label, d.field_type as type, d.page, d.archived_at is not null as archived,
    coalesce(s.entered, 0) as entered, coalesce(s.left_here, 0) as left
  from intake.form_fields d left join summed s on s.field_key = d.field_key
  where d.org_id = $1 and d.form_id = $2 and d.field_type <> 'HIDDEN' and (d.archived_at is null or s.entered > 0)
  order by d.archived_at is not null, d.position, d.field_key`

interface Counts {
  readonly views: number
  readonly starts: number
  readonly completions: number
}

interface CountRow extends Counts {
  by: 'all' | 'day' | 'source' | 'device' | 'version'
  name: string
  version_views: number
  version_starts: number
  version_completions: number
}

interface FieldRow {
  key: string
  label: string
  type: FieldType
  page: number
  archived: boolean
  entered: number
  left: number
}

/** How the form of a workflow is used; see the route. Throws `request.not_found` without a form, `intake.invalid_span`. */
export async function readFormAnalytics(
  ctx: Context,
  workflowId: string,
  query: AnalyticsQuery,
): Promise<FormAnalytics> {
  const [found, timeZone] = await Promise.all([
    ctx.db.query<{ id: string }>('select id from intake.forms where org_id = $1 and workflow_id = $2', [
      ctx.orgId,
      workflowId,
    ]),
    organizationTimeZone(ctx),
  ])
  const form = found.rows[0]
  if (!form) throw generalErrors.not_found()
  const days = daysOf(query, timeZone, ctx.clock.now())
  const [from = '', to = ''] = [days[0], days.at(-1)]
  const { version } = query
  const of = [ctx.orgId, form.id, from, to, timeZone]
  const [counts, times, fields] = await Promise.all([
    ctx.db.query<CountRow>(COUNTS, [...of, version ?? null]),
    ctx.db.query<TimeRow>(TIMES, of),
    ctx.db.query<FieldRow>(FIELDS, [...of, version ?? null]),
  ])
  const named = (by: CountRow['by']) => counts.rows.filter(row => row.by === by)
  const shown = (row: CountRow | undefined) => (version === undefined ? countsOf(row) : ofVersion(row))
  const byDay = new Map(named('day').map(row => [row.name, row]))
  return {
    from,
    to,
    timeZone,
    ...shown(named('all')[0]),
    ...timesOf(times.rows.filter(row => version === undefined || row.version === version)),
    days: days.map(day => ({ day, ...shown(byDay.get(day)) })),
    fields: fields.rows,
    sources: busiest(named('source').map(row => ({ source: row.name, ...shown(row) }))).slice(0, SOURCES_MAX),
    devices: busiest(
      named('device').map(row => ({
        device: row.name as FormAnalytics['devices'][number]['device'],
        ...shown(row),
      })),
    ),
    versions: named('version')
      .map(row => ({ version: Number(row.name), ...countsOf(row) }))
      .sort((a, b) => b.version - a.version)
      .map(row => ({ ...row, ...timesOf(times.rows.filter(time => time.version === row.version)) })),
  }
}

/** The days from first to last, both included, as `YYYY-MM-DD`. */
function daysOf(query: AnalyticsQuery, timeZone: string, now: Date): string[] {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone)
  const to = query.to === undefined ? today.toPlainDate() : Temporal.PlainDate.from(query.to)
  const from =
    query.from === undefined ? to.subtract({ days: DAYS_DEFAULT - 1 }) : Temporal.PlainDate.from(query.from)
  const count = from.until(to, { largestUnit: 'day' }).days + 1
  if (count < 1 || count > DAYS_MAX) throw intakeErrors.invalid_span()
  return Array.from({ length: count }, (_, n) => from.add({ days: n }).toString())
}

function countsOf(row: CountRow | undefined): Counts {
  return { views: row?.views ?? 0, starts: row?.starts ?? 0, completions: row?.completions ?? 0 }
}

function ofVersion(row: CountRow | undefined): Counts {
  return {
    views: row?.version_views ?? 0,
    starts: row?.version_starts ?? 0,
    completions: row?.version_completions ?? 0,
  }
}

function busiest<T extends Counts>(rows: readonly T[]): T[] {
  return rows
    .filter(({ views }) => views > 0)
    .sort((a, b) => b.views - a.views || b.completions - a.completions)
}

interface TimeRow {
  version: number
  bucket: number
  completions: number
}

function timesOf(rows: readonly TimeRow[]): Pick<FormAnalytics, 'medianSeconds' | 'p90Seconds'> {
  const counts = new Map<number, number>()
  for (const { bucket, completions } of rows) counts.set(bucket, (counts.get(bucket) ?? 0) + completions)
  const seconds = (share: number) => {
    const ms = percentileOf(counts, share)
    return ms === null ? null : Math.round(ms / 100) / 10
  }
  return { medianSeconds: seconds(0.5), p90Seconds: seconds(0.9) }
}
