import { putMetrics } from '#modules/flow/index.ts'
import type { Context } from '#platform/context.ts'
import { idAt } from '#platform/ids.ts'
import { seedDeals } from './seed-deals.ts'
import { type SeededPerson, seedCompanies, seedPeople } from './seed-records.ts'
import { businesses, contacts, messages } from './seed-words.ts'

const DAY_MS = 86_400_000
/** A quarter. */
const PAST_DAYS = 90
const LEADS = 46
const BUDGETS = ['$500', '$5000', '$10000+'] as const

interface PastLead {
  id: string
  personId: string
  positionId: string
  company: number
  runId: string
  first: string
  last: string
  email: string
  at: Date
  status: string
  budget: string
  failed: boolean
}

/**
 * Gives the demo organization a quarter of business behind it: companies, people, leads in every column, and the
 * finished runs of its workflow. Written directly, with ids of their time, because verbs live in the present; nothing of
 * it is announced, queued or sent.
 */
export async function seedPast(ctx: Context, workflowId: string): Promise<void> {
  const leads = pastLeads(ctx.clock.now())
  const companyIds = await seedCompanies(ctx, new Date(ctx.clock.now().getTime() - PAST_DAYS * DAY_MS))
  await seedPeople(ctx, leads.map(personOf), companyIds)
  await insertLeads(ctx, workflowId, leads)
  const parties = leads.map(lead => ({
    companyId: companyIds[lead.company] ?? '',
    personId: lead.personId,
  }))
  if (ctx.actor.type === 'user') await seedDeals(ctx, ctx.actor.userId, parties)
  await insertRuns(ctx, workflowId, leads)
  countRuns(ctx, workflowId, leads)
  await insertSubmissions(ctx, workflowId, leads)
}

function personOf(lead: PastLead): SeededPerson {
  return { ...lead, stage: lead.status === 'WON' ? 'active' : lead.status === 'BOOKED' ? 'prospect' : 'lead' }
}

/** More of them lately than at the start of the quarter, and the older ones further along the board. */
function pastLeads(now: Date): PastLead[] {
  return Array.from({ length: LEADS }, (_, index) => {
    const age = PAST_DAYS * ((LEADS - index) / (LEADS + 1)) ** 1.6
    const at = new Date(now.getTime() - age * DAY_MS - ((index * 7919) % 36_000) * 1000)
    const contact = contacts[index % contacts.length] ?? contacts[0]
    const company = index % businesses.length
    const [first = '', last = ''] = contact?.split(' ') ?? []
    const domain = businesses[company]?.domain ?? 'example.com'
    return {
      id: idAt(at),
      personId: idAt(at),
      positionId: idAt(at),
      company,
      runId: idAt(at),
      first,
      last,
      email: `${plain(first)}.${plain(last)}@${domain}`,
      at,
      status: statusAt(index, age),
      budget: BUDGETS[(index * 5) % 3] ?? BUDGETS[0],
      failed: index % 17 === 11,
    }
  })
}

function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^a-zA-Z-]/g, '')
    .toLowerCase()
}

function statusAt(index: number, ageDays: number): string {
  if (ageDays < 6) return 'NEW'
  if (ageDays < 20) return ['NEW', 'QUALIFIED', 'QUALIFIED', 'BOOKED'][index % 4] ?? 'NEW'
  return ['WON', 'LOST', 'QUALIFIED', 'WON', 'BOOKED', 'LOST'][index % 6] ?? 'LOST'
}

async function insertLeads(ctx: Context, workflowId: string, leads: readonly PastLead[]): Promise<void> {
  await ctx.db.query(
    `insert into intake.leads (org_id, id, workflow_id, person_id, email, name, status, position, last_submitted_at, status_changed_at, created_at)
     select $1, l.id, $2, l.person, l.email, l.name, l.status, l.position, l.at, least(now(), l.at + interval '3 days'), l.at
     from unnest($3::uuid[], $4::uuid[], $5::citext[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])
       as l (id, person, email, name, status, position, at)`,
    [
      ctx.orgId,
      workflowId,
      leads.map(lead => lead.id),
      leads.map(lead => lead.personId),
      leads.map(lead => lead.email),
      leads.map(lead => `${lead.first} ${lead.last}`),
      leads.map(lead => lead.status),
      // Below every place that a lead of the present is given, which begins with a digit for its time; see platform/column-order.ts.
      leads.map((_, index) => `00${String(index).padStart(4, '0')}1`),
      leads.map(lead => lead.at),
    ],
  )
  await ctx.db.query(
    `insert into intake.lead_values (org_id, lead_id, field_id, value, created_at)
     select $1, a.lead, f.id, a.value, a.at
     from unnest($3::uuid[], $4::text[], $5::text[], $6::timestamptz[]) as a (lead, key, value, at)
     join intake.forms o on o.org_id = $1 and o.workflow_id = $2
     join intake.form_fields f on f.org_id = $1 and f.form_id = o.id and f.field_key = a.key`,
    [ctx.orgId, workflowId, ...columnsOf(leads.flatMap(answersOf))],
  )
  await ctx.db.query(
    `insert into intake.lead_events (org_id, id, lead_id, kind, description, actor_type, run_id, created_at)
     select $1, e.id, e.lead, e.kind, e.description, e.actor, e.run, e.at
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::timestamptz[])
       as e (id, lead, kind, description, actor, run, at)`,
    [ctx.orgId, ...columnsOf(leads.flatMap(eventsOf))],
  )
}

function answersOf(lead: PastLead, index: number): [string, string, string, Date][] {
  const message = messages[index % messages.length] ?? ''
  const answers: Record<string, string> = {
    name: `${lead.first} ${lead.last}`,
    email: lead.email,
    budget: lead.budget,
    message,
  }
  return Object.entries(answers).map(([key, value]) => [lead.id, key, value, lead.at])
}

type PastEvent = [
  id: string,
  lead: string,
  kind: string,
  description: string,
  actor: string,
  run: string | null,
  at: Date,
]

function eventsOf(lead: PastLead): PastEvent[] {
  const event = (afterMs: number, kind: string, description: string, actor: string): PastEvent => {
    const at = new Date(lead.at.getTime() + afterMs)
    return [idAt(at), lead.id, kind, description, actor, actor === 'run' ? lead.runId : null, at]
  }
  const events = [
    event(0, 'FORM_SUBMITTED', 'Sent the form', 'visitor'),
    event(5, 'RUN_STARTED', 'Workflow started', 'run'),
  ]
  if (lead.failed)
    return [...events, event(900, 'RUN_FAILED', 'Workflow failed: the value "lead.name" is missing.', 'run')]
  events.push(event(61_000, 'RUN_COMPLETED', 'Workflow finished', 'run'))
  if (lead.status !== 'NEW')
    events.push(event(2 * DAY_MS, 'STATUS_CHANGED', `Moved to ${lead.status.toLowerCase()}`, 'system'))
  return events
}

async function insertRuns(ctx: Context, workflowId: string, leads: readonly PastLead[]): Promise<void> {
  await ctx.db.query(
    `insert into flow.runs (org_id, id, workflow_id, version_id, status, trigger_type, input, lead_id, steps, error, started_at, finished_at, created_at)
     select $1, r.id, $2, w.published_version_id, r.status, 'form_submitted',
       jsonb_build_object('lead', jsonb_strip_nulls(jsonb_build_object('id', r.lead, 'name', nullif(r.name, ''), 'email', r.email, 'fields', jsonb_build_object('budget', r.budget)))),
       r.lead, r.steps, case when r.status = 'failed' then '{"code":"template.missing_value","message":"The value \\"lead.name\\" is missing.","nodeId":"thank","step":3}'::jsonb end,
       r.at, r.at + case when r.status = 'failed' then interval '1 second' else interval '61 seconds' end, r.at
     from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::timestamptz[])
       as r (id, lead, name, email, budget, status, steps, at)
     join flow.workflows w on w.org_id = $1 and w.id = $2`,
    [
      ctx.orgId,
      workflowId,
      leads.map(lead => lead.runId),
      leads.map(lead => lead.id),
      // What the failed ones failed of.
      leads.map(lead => (lead.failed ? '' : `${lead.first} ${lead.last}`)),
      leads.map(lead => lead.email),
      leads.map(lead => lead.budget),
      leads.map(lead => (lead.failed ? 'failed' : 'completed')),
      leads.map(lead => pathOf(lead).length),
      leads.map(lead => lead.at),
    ],
  )
  // A step's id is its run's with number and attempt in the last three bytes; see modules/flow/step-id.ts.
  await ctx.db.query(
    `insert into flow.steps (org_id, id, run_id, number, attempt, node_id, node_type, status, error, started_at, finished_at, created_at)
     select $1, (left(s.run::text, 30) || lpad(to_hex(s.number), 4, '0') || '01')::uuid, s.run, s.number, 1, s.node, s.type, s.status,
       case when s.status = 'failed' then '{"code":"template.missing_value","message":"The value \\"lead.name\\" is missing."}'::jsonb end,
       s.started, s.finished, s.started
     from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[])
       as s (run, number, node, type, status, started, finished)`,
    [ctx.orgId, ...columnsOf(leads.flatMap(stepsOf))],
  )
}

/**
 * The events that the leads came by and their runs were started with, long heard by everybody. They have the ids of what the leads
 * say of them, so that no timeline tells them twice.
 */
async function insertSubmissions(
  ctx: Context,
  workflowId: string,
  leads: readonly PastLead[],
): Promise<void> {
  await ctx.db.query(
    `with sent as (
       insert into events.events (org_id, id, type, version, actor, subjects, payload, created_at)
       select $1, s.id, 'form.submitted', 1, '{"type":"visitor","address":""}'::jsonb,
         jsonb_build_array(jsonb_build_object('type', 'lead', 'id', l.id), jsonb_build_object('type', 'person', 'id', l.person_id)),
         jsonb_build_object('formId', f.id, 'workflowId', $2::uuid, 'leadId', l.id, 'personId', l.person_id, 'isNew', true, 'answers',
           (select jsonb_object_agg(q.field_key, v.value) from intake.lead_values v
            join intake.form_fields q on q.org_id = $1 and q.id = v.field_id where v.org_id = $1 and v.lead_id = l.id)),
         s.created_at
       from intake.leads l
       join intake.lead_events s on s.org_id = $1 and s.lead_id = l.id and s.kind = 'FORM_SUBMITTED'
       join intake.forms f on f.org_id = $1 and f.workflow_id = $2
       where l.org_id = $1 and l.id = any($3)
       returning id, payload
     )
     insert into flow.run_keys (org_id, workflow_id, key, run_id)
     select $1, $2, 'form:' || s.id, k.run from sent s
     join unnest($3::uuid[], $4::uuid[]) as k (lead, run) on k.lead::text = s.payload->>'leadId'`,
    [ctx.orgId, workflowId, leads.map(lead => lead.id), leads.map(lead => lead.runId)],
  )
}

/** As the engine does when runs end. */
function countRuns(ctx: Context, workflowId: string, leads: readonly PastLead[]): void {
  const ended = leads.map(lead => {
    const durationMs = lead.failed ? 1_000 : 61_000
    return {
      workflowId,
      outcome: lead.failed ? ('failed' as const) : ('completed' as const),
      durationMs,
      steps: pathOf(lead).length,
      error: lead.failed
        ? { code: 'template.missing_value', message: 'The value "lead.name" is missing.', nodeId: 'thank' }
        : null,
      endedAt: new Date(lead.at.getTime() + durationMs),
    }
  })
  putMetrics((text, values) => ctx.db.send(text, [ctx.orgId, ...values]), ended, 0)
}

function pathOf(lead: PastLead): [node: string, type: string][] {
  const path: [string, string][] = [
    ['form', 'form_submitted'],
    ['budget', 'condition'],
    ...(lead.budget === '$500' ? [] : [['tell_team', 'notify'] as [string, string]]),
    ['thank', 'send_email'],
    ['wait', 'wait'],
    ['follow_up', 'send_email'],
  ]
  return lead.failed ? path.slice(0, path.findIndex(([node]) => node === 'thank') + 1) : path
}

type PastStep = [
  run: string,
  number: number,
  node: string,
  type: string,
  status: string,
  started: Date,
  finished: Date,
]

function stepsOf(lead: PastLead): PastStep[] {
  const path = pathOf(lead)
  return path.map(([node, type], index) => {
    const late = path.slice(0, index).some(([before]) => before === 'wait')
    const started = new Date(lead.at.getTime() + 20 + index * 3 + (late ? 60_000 : 0))
    const finished = new Date(started.getTime() + (node === 'wait' ? 60_000 : 2))
    const status = lead.failed && index === path.length - 1 ? 'failed' : 'completed'
    return [lead.runId, index + 1, node, type, status, started, finished]
  })
}

/** Rows as one array for each column, as `unnest` takes them. */
function columnsOf(rows: readonly (readonly unknown[])[]): unknown[][] {
  return (rows[0] ?? []).map((_, column) => rows.map(row => row[column]))
}
