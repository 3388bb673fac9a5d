import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { modules } from './modules.ts'
import { forgetRemoved } from './schedule.ts'

/** More than two batches, and no whole number of them. */
const DUE = 1_100

let t: TestKit
before(async () => {
  t = await testKit({ modules })
})
after(() => t.close())

it('all that is due goes in one turn, however many batches it takes, and nothing else', async () => {
  const { orgId } = await makeOwner(t.kit)
  const insert = (count: number, removed: string) =>
    t.asSuperuser(
      `with given as (select * from unnest($2::uuid[], $3::uuid[], $4::uuid[]) g (id, attached, mailed)),
         files as (insert into files.files (org_id, id, name, type, size, sha256)
           select $1, f, 'plan.txt', 'text/plain', 1, repeat('ab', 32) from given, unnest(array[attached, mailed]) f),
         acts as (insert into intake.lead_acts (org_id, id, workflow_id, kind, title, status, total, actor, undo_until)
           select $1, id, $1, 'delete', 'Deleted 1 lead', 'done', 1, '{}', $5::timestamptz + interval '100 days' from given),
         mails as (insert into intake.mails (org_id, id, recipient, file_id, size, decision, created_at)
           select $1, id, 'a@in.example', mailed, 1, 'ignored', $5 from given)
       insert into crm.attachments (org_id, id, object, record_id, file_id, deleted_at)
       select $1, id, 'person', $1, attached, $5 from given`,
      [orgId, ...[1, 2, 3].map(() => Array.from({ length: count }, () => newId())), removed],
    )
  const now = Date.now()
  const daysAgo = (days: number) => new Date(now - days * 86_400_000).toISOString()
  await insert(DUE, daysAgo(400))
  await insert(3, daysAgo(1))
  await forgetRemoved(t.kit)
  const [left] = await t.asSuperuser(
    `select (select count(*)::int from crm.attachments where org_id = $1) as attachments,
       (select count(*)::int from intake.mails where org_id = $1) as mails,
       (select count(*)::int from intake.lead_acts where org_id = $1) as acts,
       (select count(*)::int from files.files where org_id = $1) as files`,
    [orgId],
  )
  assert.deepEqual(left, { attachments: 3, mails: 3, acts: 3, files: 6 })
})
