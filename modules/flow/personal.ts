import type { PersonalData } from '#platform/personal.ts'
import { RUN_TABLES } from './retention.ts'

// The leases first: whoever holds one waits at it, and finds it gone, before it could store another step.
const OF_RUNS = ['leases', ...RUN_TABLES, 'run_keys', 'steps', 'logs'] as const

const MENTIONS = (text: string) => `(
  exists (select 1 from unnest((:people)::text[]) id where strpos(${text}, id) > 0)
  or exists (select 1 from unnest(:addresses) address where strpos(lower(${text}), address) > 0))`

/** Runs about a person: those of their leads, those they started, and those that were started with their data. */
export const flowPersonal: PersonalData = {
  traces: [
    {
      kind: 'runs',
      sql: `select r.id as value from flow.runs r where r.org_id = :org and (
        r.lead_id = any (:leads) or r.parent_run_id = any (:runs) or (r.lead_id is null and ${MENTIONS('r.input::text')}))`,
    },
  ],
  erase: [
    ...OF_RUNS.map(table => `delete from flow.${table} where org_id = :org and run_id = any (:runs)`),
    `delete from flow.webhook_samples where org_id = :org and ${MENTIONS('sample::text')}`,
    `delete from flow.pins where org_id = :org and ${MENTIONS('data::text')}`,
    `update flow.metrics_errors set last_message = '' where org_id = :org and ${MENTIONS('last_message')}`,
    `delete from flow.event_keys where org_id = :org and (by_run = any (:runs)
       or key = any (select 'lead:' || id from unnest((:leads)::text[]) id))`,
    'delete from flow.runs where org_id = :org and id = any (:runs)',
  ],
  give: {
    runs: `select r.status, r.trigger_type as trigger, r.input, r.output, r.created_at as "at", w.name as workflow
      from flow.runs r join flow.workflows w on w.org_id = :org and w.id = r.workflow_id
      where r.org_id = :org and r.id = any (:runs) order by r.id`,
  },
  nothingIn: Object.fromEntries(
    [
      ...['workflows', 'nodes', 'edges', 'versions', 'schedules', 'schedule_due', 'webhooks'],
      ...['event_triggers', 'metrics_hourly', 'rate_limits', 'rate_buckets', 'rotations', 'templates'],
      ...['presence'],
    ].map(table => [`flow.${table}`, 'What the organization has drawn and set up, and figures.']),
  ),
}
