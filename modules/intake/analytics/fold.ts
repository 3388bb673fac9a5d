import { forEachOrganization, organizationTimeZone } from '#modules/iam/index.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { shownFrom } from './counting.ts'
import { OTHER } from './showing-source.ts'

/** Sources that are counted by their own name, for each form and day. */
const SOURCES_MAX = 50
const SHOWINGS_MAX = 5000

/**
 * Showings that nothing can change any more: sent an hour ago, or opened longer ago than a token is good for. They are taken
 * away and counted in the same statement, so none is counted twice or forgotten; who counts at the same time takes others.
 */
const FOLD = `
  with due as (
    select form_id, submission_id from intake.form_showings
    where org_id = $1 and (completed_at < now() - interval '1 hour' or created_at < now() - interval '25 hours')
    order by form_id, submission_id limit $3 for update skip locked
  ), gone as (
    delete from intake.form_showings s using due
    where s.org_id = $1 and s.form_id = due.form_id and s.submission_id = due.submission_id
    returning s.*
  ), shown as (
    ${shownFrom('gone', '$2')}
    and exists (select from intake.forms f where f.org_id = $1 and f.id = s.form_id)
  ), by_source as (
    select s.form_id, s.day, s.source, count(*) as n, exists (
      select from intake.form_figures f
      where f.org_id = $1 and f.form_id = s.form_id and f.day = s.day and f.source = s.source) as is_known
    from shown s group by s.form_id, s.day, s.source
  ), named as (
    select b.form_id, b.day, b.source, case
      when b.is_known or row_number() over (partition by b.form_id, b.day, b.is_known order by b.n desc, b.source) + (
        select count(distinct f.source) from intake.form_figures f
        where f.org_id = $1 and f.form_id = b.form_id and f.day = b.day) <= $4 then b.source
      else '${OTHER}' end as name
    from by_source b
  ), figures as (
    insert into intake.form_figures as f (org_id, form_id, day, version, source, device, views, starts, completions)
    select $1, s.form_id, s.day, s.version, n.name, s.device,
      count(*), count(*) filter (where s.is_started), count(*) filter (where s.is_completed)
    from shown s join named n on n.form_id = s.form_id and n.day = s.day and n.source = s.source
    group by s.form_id, s.day, s.version, n.name, s.device
    order by s.form_id, s.day, s.version, n.name, s.device
    on conflict (org_id, form_id, day, version, source, device) do update
    set views = f.views + excluded.views, starts = f.starts + excluded.starts,
      completions = f.completions + excluded.completions
  ), fields as (
    insert into intake.form_field_figures as f (org_id, form_id, day, version, field_key, entered, left_here)
    select $1, s.form_id, s.day, s.version, e.key, count(*), count(*) filter (where s.left_at = e.key)
    from shown s cross join lateral unnest(s.entered) as e (key)
    group by s.form_id, s.day, s.version, e.key
    order by s.form_id, s.day, s.version, e.key
    on conflict (org_id, form_id, day, version, field_key) do update
    set entered = f.entered + excluded.entered, left_here = f.left_here + excluded.left_here
  ), times as (
    insert into intake.form_times as f (org_id, form_id, day, version, bucket, completions)
    select $1, s.form_id, s.day, s.version, s.bucket, count(*) from shown s where s.bucket is not null
    group by s.form_id, s.day, s.version, s.bucket
    order by s.form_id, s.day, s.version, s.bucket
    on conflict (org_id, form_id, day, version, bucket) do update set completions = f.completions + excluded.completions
  )
  select count(*)::int as taken from gone`

/** Counts what is over of an organization's showings; true when there may be more. */
async function foldSome(ctx: Context, most: number): Promise<boolean> {
  const zone = await organizationTimeZone(ctx)
  const found = await ctx.db.query<{ taken: number }>(FOLD, [ctx.orgId, zone, most, SOURCES_MAX])
  return (found.rows[0]?.taken ?? 0) === most
}

/** Counts the showings of forms that are over, of every organization. Figures read the same before and after. */
export async function foldShowings(kit: Kit, most = SHOWINGS_MAX): Promise<void> {
  await forEachOrganization(kit, async orgId => {
    const options = { orgId, actor: { type: 'system', name: 'schedule' } } as const
    while (await inOrganization(kit, options, ctx => foldSome(ctx, most))) {}
  })
}
