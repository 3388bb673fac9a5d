import type { PersonalData } from '#platform/personal.ts'

/** Messages about a person or with one of their addresses at either end. */
export const mailPersonal: PersonalData = {
  traces: [
    {
      kind: 'messages',
      sql: `select m.id as value from mail.messages m where m.org_id = :org and (
        m.run_id = any (:runs)
        or lower(m.sender->>'address') = any (:addresses)
        or exists (select 1 from jsonb_array_elements(m.recipients) r where lower(r->>'address') = any (:addresses))
        or exists (select 1 from jsonb_array_elements(m.subjects) s
                   where s->>'id' = any ((:people)::text[]) or s->>'id' = any ((:leads)::text[])))`,
    },
  ],
  erase: [
    'delete from mail.messages where org_id = :org and id = any (:messages)',
    `delete from mail.threads t where t.org_id = :org and not exists (
       select 1 from mail.messages m where m.org_id = :org and m.thread_id = t.id)`,
  ],
  give: {
    messages: `select direction, status, sender, recipients, subject, text_body as text, created_at as "at", sent_at as "sentAt"
      from mail.messages where org_id = :org and id = any (:messages) order by id`,
  },
  nothingIn: { 'mail.mailboxes': 'Addresses of the organization itself.' },
}
