import type { Context } from '#platform/context.ts'
import { idAt } from '#platform/ids.ts'

const DAY_MS = 86_400_000
const HALF_HOUR_MS = 1_800_000

type Kind = 'call' | 'note' | 'meeting' | 'task'

/** What was done, or is to do, about one of the newest people: by days from now, before it when negative. */
const activities: readonly {
  person: number
  kind: Kind
  days: number
  title: string
  body: string
  outcome?: 'connected' | 'left_message' | 'no_answer'
  priority?: 'high'
}[] = [
  {
    person: 0,
    kind: 'note',
    days: -0.2,
    title: '',
    body: 'Wants to start **before spring**. Two people decide:\n\n- the head of operations\n- finance, who asks for *monthly* payment',
  },
  {
    person: 0,
    kind: 'call',
    days: -1.1,
    title: 'First call',
    body: 'Talked through the budget.',
    outcome: 'connected',
  },
  { person: 0, kind: 'task', days: 0, title: 'Send the offer', body: '', priority: 'high' },
  { person: 1, kind: 'task', days: 1, title: 'Ask for the floor plan', body: '' },
  { person: 1, kind: 'call', days: -2.3, title: 'Called back', body: '', outcome: 'left_message' },
  {
    person: 2,
    kind: 'meeting',
    days: 2.4,
    title: 'Walk through the offer',
    body: 'On site, with their engineer.',
  },
  { person: 3, kind: 'task', days: -2, title: 'Call about the second phase', body: '' },
  {
    person: 3,
    kind: 'note',
    days: -6.4,
    title: '',
    body: 'Happy with the first phase; the second depends on the permit.',
  },
  { person: 4, kind: 'task', days: 6, title: 'Check in after the holidays', body: '' },
  { person: 5, kind: 'meeting', days: -9.2, title: 'Kick-off', body: 'Agreed on three milestones.' },
  { person: 6, kind: 'call', days: -4.7, title: 'Tried to reach them', body: '', outcome: 'no_answer' },
  { person: 6, kind: 'task', days: 0, title: 'Try again in the afternoon', body: '' },
]

// What the past of the leads says of them stands on the timelines of their people as if it had been told.
const TELL_LEADS = `
  insert into crm.timeline_entries (org_id, id, object, record_id, company_id, kind, topic, actor, data, subjects, created_at, updated_at)
  select $1, e.id, 'person', l.person_id, o.company_id, k.kind, k.topic,
    case when e.run_id is null then jsonb_build_object('type', e.actor_type)
      else jsonb_build_object('type', 'run', 'runId', e.run_id, 'workflowId', l.workflow_id) end,
    jsonb_strip_nulls(jsonb_build_object('leadId', l.id, 'workflowId', l.workflow_id, 'workflow', $2::text, 'runId', e.run_id,
      'isNew', case when k.topic = 'form' then true end)),
    jsonb_build_array(jsonb_build_object('type', 'lead', 'id', l.id), jsonb_build_object('type', 'person', 'id', l.person_id)),
    e.created_at, e.created_at
  from intake.lead_events e
  join (values ('FORM_SUBMITTED', 'form.submitted', 'form'), ('RUN_STARTED', 'workflow.started', 'run'),
    ('RUN_COMPLETED', 'workflow.completed', 'run'), ('RUN_FAILED', 'workflow.failed', 'run')) k (event, kind, topic) on k.event = e.kind
  join intake.leads l on l.org_id = $1 and l.id = e.lead_id
  left join crm.positions o on o.org_id = $1 and o.person_id = l.person_id and o.is_primary and o.deleted_at is null
  where e.org_id = $1
  on conflict do nothing`

const PEOPLE = `
  select p.id, o.company_id from crm.people p
  left join crm.positions o on o.org_id = $1 and o.person_id = p.id and o.is_primary and o.deleted_at is null
  where p.org_id = $1 and p.deleted_at is null order by p.id desc limit 20`

const INSERT = `
  with made as (
    insert into crm.activities (org_id, id, kind, title, body, priority, outcome, due_on, starts_at, ends_at,
      assignee_user_id, completed_at, completed_by, created_by, created_at)
    select $1, a.id, a.kind, a.title, a.body, a.priority, a.outcome, a.due_on, a.starts_at, a.starts_at + interval '1 hour',
      $2, case when a.is_done then a.at end, case when a.is_done then $2::uuid end, $2, a.at
    from unnest($3::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::date[], $11::timestamptz[],
      $12::boolean[], $13::timestamptz[]) as a (id, kind, title, body, priority, outcome, due_on, starts_at, is_done, at)
  ), linked as (
    insert into crm.activity_links (org_id, activity_id, object, record_id)
    select $1, l.id, 'person', l.person from unnest($3::uuid[], $4::uuid[]) as l (id, person)
  )
  insert into crm.timeline_entries (org_id, id, object, record_id, company_id, kind, topic, actor, data, subjects, activity_id, created_at, updated_at)
  select $1, t.id, 'person', t.person, t.company, 'activity.created', 'activity', jsonb_build_object('type', 'user', 'userId', $2::uuid),
    jsonb_build_object('kind', t.kind, 'title', t.title),
    jsonb_build_array(jsonb_build_object('type', 'activity', 'id', t.id), jsonb_build_object('type', 'person', 'id', t.person)),
    t.id, t.at, t.at
  from unnest($3::uuid[], $4::uuid[], $14::uuid[], $5::text[], $6::text[], $13::timestamptz[]) as t (id, person, company, kind, title, at)`

/**
 * Gives the demo organization something on its timelines: what its leads did, and notes, calls, meetings and tasks of its owner.
 * Written directly, with ids of their time, as the rest of its past.
 */
export async function seedActivities(ctx: Context, userId: string, workflowName: string): Promise<void> {
  await ctx.db.query(TELL_LEADS, [ctx.orgId, workflowName])
  const people = (await ctx.db.query<{ id: string; company_id: string | null }>(PEOPLE, [ctx.orgId])).rows
  const now = ctx.clock.now().getTime()
  const rows = activities.flatMap(activity => {
    const person = people[activity.person]
    if (!person) return []
    const when = new Date(Math.floor((now + activity.days * DAY_MS) / HALF_HOUR_MS) * HALF_HOUR_MS)
    // What lies ahead was written down yesterday.
    const at = new Date(Math.min(when.getTime(), now - DAY_MS))
    const isTask = activity.kind === 'task'
    const isAhead = when.getTime() > now
    return [
      {
        ...activity,
        id: idAt(isTask || isAhead ? at : when),
        person,
        at: isTask || isAhead ? at : when,
        dueOn: isTask ? when.toISOString().slice(0, 10) : null,
        startsAt: activity.kind === 'meeting' ? when : null,
        isDone: !isTask && !isAhead,
      },
    ]
  })
  await ctx.db.query(INSERT, [
    ctx.orgId,
    userId,
    rows.map(row => row.id),
    rows.map(row => row.person.id),
    rows.map(row => row.kind),
    rows.map(row => row.title),
    rows.map(row => row.body),
    rows.map(row => row.priority ?? 'normal'),
    rows.map(row => row.outcome ?? null),
    rows.map(row => row.dueOn),
    rows.map(row => row.startsAt),
    rows.map(row => row.isDone),
    rows.map(row => row.at),
    rows.map(row => row.person.company_id),
  ])
  ctx.db.send(
    `update crm.people p set last_activity_at = t.at
     from (select record_id, max(created_at) as at from crm.timeline_entries where org_id = $1 group by record_id) t
     where p.org_id = $1 and p.id = t.record_id`,
    [ctx.orgId],
  )
  ctx.db.send(
    `update crm.companies c set last_activity_at = t.at
     from (select company_id, max(created_at) as at from crm.timeline_entries where org_id = $1 group by company_id) t
     where c.org_id = $1 and c.id = t.company_id`,
    [ctx.orgId],
  )
}
