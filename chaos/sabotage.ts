import type pg from 'pg'
import { readInvariants } from './invariants.ts'

const SOME_RUN = `(select id from flow.runs order by id limit 1)`
const SOME_LEAD_RUN = `(select id from flow.runs where lead_id is not null order by id limit 1)`
const COMPLETED_STEP = `(select id from flow.steps where status = 'completed' and number > 1 order by id limit 1)`
const REOPEN = `update flow.runs set status = 'waiting', finished_at = null where id = ${SOME_RUN}`
const SOME_MESSAGE = `(select id from mail.messages order by id limit 1)`
const SENT_MESSAGE = `(select id from mail.messages where status = 'sent' order by id limit 1)`
const newLease = (worker: string) =>
  `insert into flow.leases (org_id, run_id, worker_id, claim_id) select org_id, id, ${worker}, gen_random_uuid() from flow.runs where id = ${SOME_RUN}`
const fail = (error: string) =>
  `update flow.runs set status = 'failed', error = '${error}' where id = ${SOME_RUN}`
const job = (status: string) =>
  `insert into jobs.jobs (org_id, id, kind, key, payload, status) select org_id, gen_random_uuid(), 'test', 'test', '{}', '${status}' from flow.runs where id = ${SOME_RUN}`

/** By the name of an invariant: statements that break it in an installation that has come to rest. */
export const SABOTAGE: Readonly<Record<string, string>> = {
  accepted_start_without_run: `delete from flow.runs where id = (select run_id from flow.run_keys limit 1)`,
  lead_without_run: `delete from flow.runs where id = ${SOME_LEAD_RUN}`,
  lead_with_two_runs: `insert into flow.runs (org_id, id, workflow_id, version_id, trigger_type, input, lead_id)
    select org_id, overlay(id::text placing '000000' from 31)::uuid, workflow_id, version_id, trigger_type, input, lead_id from flow.runs where id = ${SOME_LEAD_RUN}`,
  submission_not_told_once: `delete from intake.lead_events where id = (select id from intake.lead_events where kind = 'FORM_SUBMITTED' limit 1)`,
  open_run_without_reason: REOPEN,
  news_that_nobody_takes: `insert into flow.inbox (org_id, run_id, id, input) select org_id, id, id, '{}' from flow.runs where id = ${SOME_RUN}`,
  run_with_two_leases: `alter table flow.leases drop constraint leases_pkey; ${newLease('gen_random_uuid()')}; ${newLease('gen_random_uuid()')}`,
  open_run_without_state: REOPEN,
  ended_run_with_engine_rows: `insert into flow.timers (org_id, run_id, token, fire_at) select org_id, id, 'x#1', now() from flow.runs where id = ${SOME_RUN}`,
  engine_rows_without_run: `delete from flow.runs where id = ${SOME_RUN}`,
  step_completed_twice: `insert into flow.steps (org_id, id, run_id, number, attempt, node_id, node_type, status, started_at)
    select org_id, overlay(id::text placing 'ffff01' from 31)::uuid, run_id, 65535, 1, node_id, node_type, status, started_at from flow.steps where id = ${COMPLETED_STEP}`,
  step_of_two_nodes: `insert into flow.steps (org_id, id, run_id, number, attempt, node_id, node_type, status, started_at)
    select org_id, overlay(id::text placing 'ffff01' from 31)::uuid, run_id, number, 9, 'other', node_type, status, started_at from flow.steps where id = ${COMPLETED_STEP}`,
  step_numbers_with_a_gap: `delete from flow.steps where id = ${COMPLETED_STEP}`,
  attempts_with_a_gap: `update flow.steps set attempt = attempt + 1 where id = ${COMPLETED_STEP}`,
  step_that_no_edge_leads_to: `update flow.steps set node_id = 'nowhere' where id = ${COMPLETED_STEP}`,
  open_step_of_ended_run: `update flow.steps set status = 'waiting' where id = ${COMPLETED_STEP}`,
  message_twice_for_one_step: `insert into mail.messages select (m).* from (
    select jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'key', 'another', 'rfc_message_id', '<another@example.com>')) as m
    from mail.messages m where id = ${SOME_MESSAGE}) t`,
  message_step_without_message: `delete from mail.messages where id = ${SOME_MESSAGE}`,
  message_without_step: `update flow.steps set status = 'failed' where output->>'messageId' = ${SOME_MESSAGE}::text`,
  notice_not_given_once: `delete from iam.notifications where id = (select id from iam.notifications where title like '% of %' limit 1)`,
  event_of_run_told_wrongly: `insert into events.events (org_id, id, type, version, actor, subjects, payload)
    select org_id, id, 'workflow.failed', 1, '{}', '[]', jsonb_build_object('runId', id) from flow.runs where id = ${SOME_RUN}`,
  lead_not_told_once_of_its_run: `delete from intake.lead_events where id = (select id from intake.lead_events where kind = 'RUN_COMPLETED' limit 1)`,
  sent_message_not_told_once: `update mail.messages set status = 'unknown' where id = ${SENT_MESSAGE}`,
  dead_letter_without_cause: `insert into flow.dead_letters (org_id, run_id, workflow_id, reason) select org_id, id, workflow_id, '' from flow.runs where id = ${SOME_RUN}`,
  failed_run_without_dead_letter: fail('{"message": "?"}'),
  job_without_a_place: job('pending'),
  queued_message_without_job: `update mail.messages set status = 'queued' where id = ${SENT_MESSAGE}`,
  row_of_no_organization: `delete from iam.organizations`,
  run_not_over: REOPEN,
  run_failed_without_need: fail('{"message": "The node failed."}'),
  timer_past_its_time: `insert into flow.timers (org_id, run_id, token, fire_at) select org_id, id, 'x#1', now() - interval '1 second' from flow.runs where id = ${SOME_RUN}`,
  event_not_dispatched: `insert into events.pending (org_id, event_id) select org_id, id from events.events limit 1`,
  job_past_its_time: job('dead'),
  message_not_settled: `update mail.messages set status = 'queued' where id = ${SENT_MESSAGE}`,
  lease_of_a_dead_worker: newLease('gen_random_uuid()'),
}

/** Whether a rule notices its sabotage; everything is taken back afterwards. */
export async function violationsOf(client: pg.Client, name: string, sabotage: string): Promise<boolean> {
  const query = readInvariants().find(invariant => invariant.name === name)?.query ?? ''
  await client.query('begin')
  try {
    // Keys between tables and the guard of append-only ones would refuse what no crash may do either.
    await client.query(`set local session_replication_role = replica`)
    await client.query(sabotage)
    return (await client.query(query)).rows.length > 0
  } finally {
    await client.query('rollback')
  }
}
