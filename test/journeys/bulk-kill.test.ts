import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { after, before, it } from 'node:test'
import { bulkPeople, getChangeSet, undoChangeSet } from '#modules/crm/contract.ts'
import { createWorkflow } from '#modules/flow/contract.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { getLeadAct, startLeadAct, undoLeadAct } from '#modules/intake/contract.ts'
import { makeForm, makeLeads } from '#modules/intake/factories.ts'
import type { Client } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import { modules } from '#programs/modules.ts'
import { subscriptions } from '#programs/subscriptions.ts'
import { testCluster } from '#test/cluster.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'

const PEOPLE = 600
const LEADS = 1_000
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

/** How far an act is. */
interface Progress {
  readonly status: string
  readonly done: number
  readonly failed: number
}

/** Ends workers in the middle of an act again and again, and lets the last one bring it to its end. */
async function throughKills<P extends Progress>(read: () => Promise<P>, kills: number): Promise<P> {
  const until = async (isSo: (progress: P) => boolean) => {
    for (;;) {
      const progress = await read()
      if (isSo(progress)) return progress
    }
  }
  for (let kill = 0; kill < kills; kill++) {
    const { done: before } = await read()
    const worker = await startWorker()
    await until(({ done, status }) => done > before || status !== 'running')
    await killNow(worker)
  }
  const last = await startWorker()
  const ended = await until(({ status }) => status !== 'running')
  await killNow(last)
  return ended
}

const changeSetOf = (changeSetId: string) => () => client.call(getChangeSet, { params: { changeSetId } })
const leadActOf = (leadActId: string) => () => client.call(getLeadAct, { params: { leadActId } })

it('an act over many records whose processes are killed does each record once, and so does its undo', async () => {
  const body = { select: { filter: '' }, act: { type: 'change', patch: { score: 2 } } } as const
  const { changeSet } = await client.call(bulkPeople, { body })
  const done = await throughKills(changeSetOf(changeSet.id), 2)
  assert.deepEqual([done.status, done.done, done.failed], ['done', PEOPLE, 0])
  const changes = (id: string) =>
    t.asSuperuser<{ changes: string; records: string }>(
      `select count(*) as changes, count(distinct record_id) as records from crm.changes where change_set_id = $1`,
      [id],
    )
  const once = [{ changes: String(PEOPLE), records: String(PEOPLE) }]
  assert.deepEqual(await changes(changeSet.id), once)
  const undo = await client.call(undoChangeSet, { params: { changeSetId: changeSet.id } })
  const undone = await throughKills(changeSetOf(undo.id), 2)
  assert.deepEqual([undone.status, undone.done, undone.failed], ['done', PEOPLE, 0])
  assert.deepEqual(await changes(undo.id), once)
  const scores = await t.asSuperuser('select distinct score from crm.people where org_id = $1', [owner.orgId])
  assert.deepEqual(scores, [{ score: 1 }])
})

it('an act over many leads whose processes are killed does each lead once, and so does its undo', async () => {
  const { id: workflowId } = await client.call(createWorkflow, { body: { name: 'Enquiries' } })
  const form = await makeForm(t.kit, owner.orgId, { workflowId })
  await makeLeads(t, form, owner.orgId, LEADS)
  const act = await client.call(startLeadAct, {
    params: { workflowId },
    body: { select: {}, act: { type: 'move', status: 'WON' } },
  })
  const done = await throughKills(leadActOf(act.id), 1)
  assert.deepEqual([done.status, done.done, done.failed], ['done', LEADS, 0])
  const moves = () =>
    t.asSuperuser<{ moves: number; leads: number }>(
      `select count(*)::int as moves, count(distinct lead_id)::int as leads from intake.lead_events
       where org_id = $1 and kind = 'STATUS_CHANGED'`,
      [owner.orgId],
    )
  assert.deepEqual(await moves(), [{ moves: LEADS, leads: LEADS }])
  const undo = await client.call(undoLeadAct, { params: { leadActId: act.id } })
  const undone = await throughKills(leadActOf(undo.id), 1)
  assert.deepEqual([undone.status, undone.done, undone.failed], ['done', LEADS, 0])
  assert.deepEqual(await moves(), [{ moves: 2 * LEADS, leads: LEADS }])
  const columns = await t.asSuperuser('select distinct status from intake.leads where org_id = $1', [
    owner.orgId,
  ])
  assert.deepEqual(columns, [{ status: 'NEW' }])
})
