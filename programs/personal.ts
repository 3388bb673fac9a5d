import type { Module } from '#platform/module.ts'
import type { PersonalData } from '#platform/personal.ts'

const IDS =
  '((:people)::text[] || (:leads)::text[] || (:runs)::text[] || (:messages)::text[] || (:activities)::text[])'
// What happened to a deal stays; it names the person by an id that leads nowhere.
// A form that was left is about nobody's record yet, and names them by their address.
const EVENTS = `select id from events.events where org_id = :org and ((type not like 'deal.%' and exists (
  select 1 from jsonb_array_elements(subjects) s where s->>'id' = any ${IDS}))
  or (type = 'form.abandoned' and payload->>'email' = any (:addresses)))`

/** What the platform itself keeps. */
const platformPersonal: PersonalData = {
  erase: [
    `delete from events.pending where org_id = :org and event_id in (${EVENTS})`,
    `delete from events.events where org_id = :org and id in (${EVENTS})`,
    `delete from http.idempotency_keys where org_id = :org and (
       exists (select 1 from unnest(${IDS}) id where strpos(answer::text, id) > 0)
       or exists (select 1 from unnest(:addresses) address where strpos(lower(answer::text), address) > 0))`,
  ],
  give: {
    events: `select type, created_at as "at", payload from events.events where org_id = :org and exists (
      select 1 from jsonb_array_elements(subjects) s where s->>'id' = any ((:people)::text[] || (:leads)::text[])) order by id`,
  },
  nothingIn: {
    'jobs.jobs': 'Ids.',
    'jobs.ready': 'Ids.',
    'jobs.leases': 'Ids.',
    'audit.entries':
      'What members did, kept so that it cannot be changed; names of people are not written there.',
    'audit.heads': 'Hashes.',
    'files.files': 'Go with what they are attached to.',
  },
}

/** What everything that runs here holds about people. */
export function personalData(modules: readonly Module[]): readonly PersonalData[] {
  return [platformPersonal, ...modules.flatMap(({ personal }) => personal ?? [])]
}
