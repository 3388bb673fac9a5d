import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { after, before, it } from 'node:test'
import { bulkPeople, type ChangeSet, getChangeSet, undoChangeSet } from '#modules/crm/contract.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import type { Client } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import { modules } from '#programs/modules.ts'
import { subscriptions } from '#programs/subscriptions.ts'
import { testCluster } from '#test/cluster.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'

const PEOPLE = 600
let t: TestKit
let server: TestServer
let client: Client
let owner: Person
const workers = new Set<ChildProcess>()

before(async () => {
  t = await testKit({ modules, reactions: subscriptions })
  owner = await makeOwner(t.kit)
  server = await testServer(t, modules, signedInAs(owner.orgId, owner.userId))
  client = server.client()
  await t.asSuperuser(
    `insert into crm.people (org_id, id, first_name, score) select $1, unnest($2::uuid[]), 'Person', 1`,
    [owner.orgId, Array.from({ length: PEOPLE }, () => newId())],
  )
})
after(async () => {
  for (const worker of workers) worker.kill('SIGKILL')
  await server.close()
  await t.close()
})

/** A process that works in the background, on the database of this test. */
async function startWorker(): Promise<ChildProcess> {
  const { secrets } = await testCluster()
  const worker = spawn(process.execPath, ['programs/millrace.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      ...process.env,
      MILLRACE_ROLE: 'worker',
      MILLRACE_DATA: dirname(secrets.keyFilePath),
      DATABASE_URL: t.ownerUrl,
      LOG_LEVEL: 'silent',
    },
    stdio: 'ignore',
  })
  workers.add(worker)
  return worker
}

async function killNow(worker: ChildProcess): Promise<void> {
  const ended = new Promise(resolve => worker.once('exit', resolve))
  worker.kill('SIGKILL')
  await ended
  workers.delete(worker)
}

const read = (changeSetId: string) => client.call(getChangeSet, { params: { changeSetId } })

async function until(changeSetId: string, isSo: (changeSet: ChangeSet) => boolean): Promise<ChangeSet> {
  for (;;) {
    const changeSet = await read(changeSetId)
    if (isSo(changeSet)) return changeSet
  }
}

/** Ends workers in the middle of an act again and again, and lets the last one bring it to its end. */
async function throughKills(changeSetId: string, kills: number): Promise<ChangeSet> {
  for (let kill = 0; kill < kills; kill++) {
    const { done: before } = await read(changeSetId)
    const worker = await startWorker()
    await until(changeSetId, ({ done, status }) => done > before || status !== 'running')
    await killNow(worker)
  }
  const last = await startWorker()
  const ended = await until(changeSetId, ({ status }) => status !== 'running')
  await killNow(last)
  return ended
}

it('an act over many records whose processes are killed does each record once, and so does its undo', async () => {
  const body = { select: { filter: '' }, act: { type: 'change', patch: { score: 2 } } } as const
  const { changeSet } = await client.call(bulkPeople, { body })
  const done = await throughKills(changeSet.id, 2)
  assert.deepEqual([done.status, done.done, done.failed], ['done', PEOPLE, 0])
  const changes = (id: string) =>
    t.asSuperuser<{ changes: string; records: string }>(
      `select count(*) as changes, count(distinct record_id) as records from crm.changes where change_set_id = $1`,
      [id],
    )
  const once = [{ changes: String(PEOPLE), records: String(PEOPLE) }]
  assert.deepEqual(await changes(changeSet.id), once)
  const undo = await client.call(undoChangeSet, { params: { changeSetId: changeSet.id } })
  const undone = await throughKills(undo.id, 2)
  assert.deepEqual([undone.status, undone.done, undone.failed], ['done', PEOPLE, 0])
  assert.deepEqual(await changes(undo.id), once)
  const scores = await t.asSuperuser('select distinct score from crm.people where org_id = $1', [owner.orgId])
  assert.deepEqual(scores, [{ score: 1 }])
})
