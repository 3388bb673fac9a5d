/** The database's side of counting: what a showing counts as, the same for those that are open and those that are over. */

/** Showings by which days and percentiles are counted; `zone` is the parameter with the organization's time zone. */
export const shownFrom = (source: string, zone: string) => `
  select s.form_id, (s.created_at at time zone ${zone})::date as day, s.version, s.source, s.device, s.entered,
    s.started_at is not null or s.completed_at is not null as is_started,
    s.completed_at is not null as is_completed,
    case when s.completed_at is null then s.last_field end as left_at, s.updated_at,
    case when s.completed_at is null or s.started_at is null then null else ${BUCKET} end as bucket
  from ${source} s where not s.is_program`

/** As `durationBucket`: eight to each doubling of the milliseconds. */
const MS = 'extract(epoch from s.completed_at - s.started_at)::float8 * 1000'
const BUCKET = `case when ${MS} < 1 then 0 else least(360, floor(ln(${MS}) / ln(2.0::float8) * 8)::int + 1) end`
