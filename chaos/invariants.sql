-- What has to be true of every installation. Each query gives the rows that break one rule, so each must give none.
-- "always" holds at every instant, however many processes are dying; "in the end" holds once everything has come to
-- rest. Run as a superuser: it reads every organization.

-- name: accepted_start_without_run (always)
select k.org_id, k.run_id, k.key from flow.run_keys k
left join flow.runs r on r.org_id = k.org_id and r.id = k.run_id
where r.id is null;

-- name: lead_without_run (always)
select l.org_id, l.id from intake.leads l
join flow.workflows w on w.org_id = l.org_id and w.id = l.workflow_id
where w.status = 'active' and w.trigger_type = 'form_submitted' and l.deleted_at is null
  and not exists (select 1 from flow.runs r where r.org_id = l.org_id and r.lead_id = l.id);

-- name: lead_with_two_runs (always)
select r.org_id, r.lead_id, count(*) from flow.runs r
where r.lead_id is not null group by r.org_id, r.lead_id, r.workflow_id having count(*) > 1;

-- name: submission_not_told_once (always)
select s.org_id, s.submission_id, t.times from intake.submissions s
left join (
  select org_id, metadata->>'submissionId' as submission_id, count(*) as times from intake.lead_events
  where kind = 'FORM_SUBMITTED' group by 1, 2
) t on t.org_id = s.org_id and t.submission_id = s.submission_id::text
where coalesce(t.times, 0) <> 1;

-- name: open_run_without_reason (always)
select r.org_id, r.id, r.status from flow.runs r
where r.status in ('pending', 'running', 'waiting')
  and not exists (select 1 from flow.ready x where x.org_id = r.org_id and x.run_id = r.id)
  and not exists (select 1 from flow.leases x where x.org_id = r.org_id and x.run_id = r.id)
  and not exists (select 1 from flow.timers x where x.org_id = r.org_id and x.run_id = r.id)
  and not exists (select 1 from flow.waits x where x.org_id = r.org_id and x.run_id = r.id)
  and not exists (select 1 from flow.approvals x where x.org_id = r.org_id and x.run_id = r.id and x.status = 'pending')
  and not exists (
    select 1 from flow.runs x
    where x.org_id = r.org_id and x.parent_run_id = r.id and x.status not in ('completed', 'failed', 'cancelled'));

-- name: news_that_nobody_takes (always)
select i.org_id, i.run_id, i.id from flow.inbox i
where not exists (select 1 from flow.ready x where x.org_id = i.org_id and x.run_id = i.run_id)
  and not exists (select 1 from flow.leases x where x.org_id = i.org_id and x.run_id = i.run_id);

-- name: run_with_two_leases (always)
select org_id, run_id, count(*) from flow.leases group by org_id, run_id having count(*) > 1;

-- name: open_run_without_state (always)
select r.org_id, r.id from flow.runs r
where r.status in ('running', 'waiting')
  and not exists (select 1 from flow.run_states s where s.org_id = r.org_id and s.run_id = r.id);

-- name: ended_run_with_engine_rows (always)
select e.what, r.org_id, r.id from flow.runs r
join (
  select 'run_states' as what, org_id, run_id from flow.run_states
  union all select 'timers', org_id, run_id from flow.timers
  union all select 'inbox', org_id, run_id from flow.inbox
  union all select 'ready', org_id, run_id from flow.ready
  union all select 'leases', org_id, run_id from flow.leases
) e on e.org_id = r.org_id and e.run_id = r.id
where r.status in ('completed', 'failed', 'cancelled');

-- name: engine_rows_without_run (always)
select e.what, e.org_id, e.run_id from (
  select 'run_states' as what, org_id, run_id from flow.run_states
  union all select 'timers', org_id, run_id from flow.timers
  union all select 'inbox', org_id, run_id from flow.inbox
  union all select 'ready', org_id, run_id from flow.ready
  union all select 'leases', org_id, run_id from flow.leases
  union all select 'steps', org_id, run_id from flow.steps
  union all select 'logs', org_id, run_id from flow.logs
) e
left join flow.runs r on r.org_id = e.org_id and r.id = e.run_id
where r.id is null;

-- name: step_completed_twice (always)
select org_id, run_id, node_id, path, count(*) from flow.steps
where status = 'completed' group by org_id, run_id, node_id, path having count(*) > 1;

-- name: step_of_two_nodes (always)
select org_id, run_id, number, count(distinct (node_id, path)) from flow.steps
group by org_id, run_id, number having count(distinct (node_id, path)) > 1;

-- name: step_numbers_with_a_gap (always)
select r.org_id, r.id, r.steps, count(distinct s.number) from flow.runs r
left join flow.steps s on s.org_id = r.org_id and s.run_id = r.id
group by r.org_id, r.id, r.steps, r.status
-- While a run is in one worker's hands its row may lag behind; its steps have no gap at any time.
having coalesce(max(s.number), 0) <> count(distinct s.number)
  or (r.status in ('completed', 'failed', 'cancelled') and count(distinct s.number) <> r.steps);

-- name: attempts_with_a_gap (always)
select org_id, run_id, number from flow.steps
group by org_id, run_id, number having max(attempt) <> count(*);

-- name: step_that_no_edge_leads_to (always)
with edges as (
  select v.org_id, v.id as version_id, e->>'source' as source, e->>'target' as target
  from flow.versions v cross join lateral jsonb_array_elements(v.graph->'edges') e
), reached as (
  select b.org_id, b.run_id, e.target, min(b.number) as number from flow.steps b
  join flow.runs r on r.org_id = b.org_id and r.id = b.run_id
  join edges e on e.org_id = r.org_id and e.version_id = r.version_id and e.source = b.node_id
  -- A loop sends its rounds off long before it is completed itself.
  where b.status in ('completed', 'failed') or b.node_type in ('loop', 'repeat') group by 1, 2, 3
)
select s.org_id, s.run_id, s.node_id from flow.steps s
left join reached e on e.org_id = s.org_id and e.run_id = s.run_id and e.target = s.node_id
where s.number > 1 and (e.number is null or e.number >= s.number);

-- name: open_step_of_ended_run (always)
select s.org_id, s.run_id, s.number from flow.steps s
join flow.runs r on r.org_id = s.org_id and r.id = s.run_id
where r.status in ('completed', 'failed', 'cancelled') and s.status in ('running', 'waiting');

-- name: message_twice_for_one_step (always)
select org_id, run_id, subject, count(*) from mail.messages
where run_id is not null group by org_id, run_id, subject having count(*) > 1;

-- name: message_step_without_message (always)
select s.org_id, s.run_id, s.node_id from flow.steps s
left join mail.messages m on m.org_id = s.org_id and m.id = (s.output->>'messageId')::uuid and m.run_id = s.run_id
where s.node_type = 'send_email' and s.status = 'completed' and m.id is null;

-- name: message_without_step (always)
select m.org_id, m.id from mail.messages m
left join flow.steps s on s.org_id = m.org_id and s.run_id = m.run_id and s.status = 'completed'
  and s.output->>'messageId' = m.id::text
where m.run_id is not null and s.id is null;

-- name: notice_not_given_once (always)
select s.org_id, s.run_id, s.node_id, t.times from flow.steps s
join iam.members m on m.org_id = s.org_id and m.status = 'active' and m.role = 'owner'
left join (
  select org_id, user_id, title, count(*) as times from iam.notifications group by 1, 2, 3
) t on t.org_id = s.org_id and t.user_id = m.user_id and t.title = s.input->>'title'
where s.node_type = 'notify' and s.status = 'completed' and coalesce(t.times, 0) <> 1;

-- name: event_of_run_told_wrongly (always)
-- Events that nobody listens for are not told at all; one that is told is told once and true.
select r.org_id, r.id, r.status, t.started, t.completed, t.failed from flow.runs r
join (
  select org_id, payload->>'runId' as run_id,
    count(*) filter (where type = 'workflow.started') as started,
    count(*) filter (where type = 'workflow.completed') as completed,
    count(*) filter (where type = 'workflow.failed') as failed
  from events.events where type like 'workflow.%' group by 1, 2
) t on t.org_id = r.org_id and t.run_id = r.id::text
where t.started > 1
  or t.completed > case when r.status = 'completed' then 1 else 0 end
  or t.failed > case when r.status = 'failed' then 1 else 0 end;

-- name: lead_not_told_once_of_its_run (always)
select r.org_id, r.id, t.started, t.completed from flow.runs r
left join (
  select org_id, run_id, count(*) filter (where kind = 'RUN_STARTED') as started,
    count(*) filter (where kind = 'RUN_COMPLETED') as completed
  from intake.lead_events where run_id is not null group by 1, 2
) t on t.org_id = r.org_id and t.run_id = r.id
where r.lead_id is not null
  and (coalesce(t.started, 0) <> 1 or t.completed <> case when r.status = 'completed' then 1 else 0 end);

-- name: sent_message_not_told_once (always)
select m.org_id, m.id, m.status, t.times from mail.messages m
left join (
  select org_id, payload->>'messageId' as message_id, count(*) as times from events.events
  where type = 'email.sent' group by 1, 2
) t on t.org_id = m.org_id and t.message_id = m.id::text
where m.direction = 'outbound' and coalesce(t.times, 0) <> case when m.status = 'sent' then 1 else 0 end;

-- name: dead_letter_without_cause (always)
select d.org_id, d.run_id from flow.dead_letters d
left join flow.runs r on r.org_id = d.org_id and r.id = d.run_id
where d.reason = '' or r.id is null or r.status <> 'failed';

-- name: failed_run_without_dead_letter (always)
select r.org_id, r.id from flow.runs r
where r.status = 'failed' and not exists (
  select 1 from flow.dead_letters d where d.org_id = r.org_id and d.run_id = r.id);

-- name: job_without_a_place (always)
select j.org_id, j.id, j.kind from jobs.jobs j
where j.status = 'pending'
  and not exists (select 1 from jobs.ready x where x.org_id = j.org_id and x.job_id = j.id)
  and not exists (select 1 from jobs.leases x where x.org_id = j.org_id and x.job_id = j.id);

-- name: queued_message_without_job (always)
select m.org_id, m.id, m.status from mail.messages m
where m.status in ('queued', 'sending') and not exists (
  select 1 from jobs.jobs j
  where j.org_id = m.org_id and j.kind = 'mail.deliver' and j.payload->>'messageId' = m.id::text);

-- name: row_of_no_organization (always)
select x.what, x.org_id from (
  select 'runs' as what, org_id from flow.runs
  union all select 'leads', org_id from intake.leads
  union all select 'messages', org_id from mail.messages
  union all select 'notifications', org_id from iam.notifications
  union all select 'events', org_id from events.events
  union all select 'jobs', org_id from jobs.jobs
) x
where not exists (select 1 from iam.organizations o where o.org_id = x.org_id);

-- name: transaction_left_open (always)
select pid, state, xact_start from pg_stat_activity
where datname = current_database() and state like 'idle in transaction%' and state_change < now() - interval '30 seconds';

-- name: run_not_over (in the end)
select org_id, id, status from flow.runs where status not in ('completed', 'failed', 'cancelled');

-- name: run_failed_without_need (in the end)
select r.org_id, r.id, r.error from flow.runs r
where r.status = 'failed'
  and r.error->>'message' not like 'The program stopped % times while it ran this.%'
  -- Whoever waited for a run that was set aside fails with it.
  and not (r.error->>'code' = 'child.failed'
    and r.error->>'message' like 'The workflow it started failed: The program stopped % times while it ran this.%');

-- name: timer_past_its_time (in the end)
select org_id, run_id, token from flow.timers where fire_at < now();

-- name: event_not_dispatched (in the end)
select org_id, event_id from events.pending;

-- name: job_past_its_time (in the end)
select j.org_id, j.id, j.kind, j.status, j.last_error from jobs.jobs j;

-- name: message_not_settled (in the end)
select org_id, id, status from mail.messages where status in ('queued', 'sending');

-- name: lease_of_a_dead_worker (in the end)
select l.org_id, l.worker_id from (
  select org_id, worker_id from flow.leases union all select org_id, worker_id from jobs.leases
) l
left join jobs.workers w on w.id = l.worker_id
where w.id is null or w.lease_until < now();
