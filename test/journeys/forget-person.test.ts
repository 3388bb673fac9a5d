import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  addDoNotContact,
  erasePerson,
  getPerson,
  givePersonData,
  listDoNotContact,
  listPeople,
  recordConsent,
} from '#modules/crm/contract.ts'
import {
  getPublicForm,
  listReceivedMails,
  saveForm,
  saveMailInbox,
  submitForm,
} from '#modules/intake/contract.ts'
import { startMailReceiver } from '#modules/intake/index.ts'
import { createClient } from '#platform/contract/client.ts'
import type { ProblemError } from '#platform/contract/problem.ts'
import { erasePeople, isPersonErasureDue } from '#platform/db/person-erasure.ts'
import { newId } from '#platform/ids.ts'
import { projectForm, publishThankWorkflow } from '#programs/demo-workflow.ts'
import { type Following, follow } from '#programs/follow.ts'
import { modules } from '#programs/modules.ts'
import { personalData } from '#programs/personal.ts'
import { type TestApp, testApp } from '#test/app.ts'
import { handOver, letter } from '#test/fakes/mail-client.ts'
import type { SignedIn } from '#test/people.ts'

/** Words that stand nowhere else, so that a search of the whole database finds every trace of the person. */
const PERSON = { name: 'Quintessa Zwanzigbaum', email: 'Quintessa.Zw@forgotten.example' }
const OTHER = { name: 'Grace Hopper', email: 'grace@kept.example' }
const TRACE = 'quintessa'

describe('a person who is forgotten', () => {
  let app: TestApp
  let owner: SignedIn
  let following: Following
  before(async () => {
    app = await testApp({ INTAKE_SMTP_PORT: '0', INTAKE_MAIL_DOMAIN: 'in.example.org' })
    owner = await app.owner()
    following = await follow(app.url, owner.accessToken)
    const workflows: { workflowId: string; formKey: string }[] = []
    for (const wait of [
      { amount: 0.1, unit: 'seconds' },
      { amount: 2, unit: 'hours' },
    ] as const) {
      const { formKey, workflowId } = await publishThankWorkflow(owner.client, wait)
      workflows.push({ workflowId, formKey })
      for (const { name, email } of [PERSON, OTHER]) {
        await createClient({ baseUrl: app.url }).call(submitForm, {
          params: { formKey },
          body: { submissionId: newId(), answers: { name, email, budget: '$500' } },
        })
      }
    }
    for (const workflow of workflows.slice(0, 1)) {
      await writeMail(workflow.workflowId)
      await leaveUnsent(workflow)
    }
    for (let mark = following.mark(); (await sentTo(TRACE)) < 3; mark = following.mark())
      await following.heard(mark, () => true)
  })
  after(async () => {
    following?.stop()
    await app.close()
  })

  /** An e-mail of theirs with a file, which is of their lead, and one that is held. */
  async function writeMail(workflowId: string): Promise<void> {
    const receiver = await startMailReceiver(app.kit)
    const { address } = await owner.client.call(saveMailInbox, { body: { isOpen: true, workflowId } })
    for (const headers of ['', 'X-Spam-Flag: YES\n']) {
      const from = `${PERSON.name} <${PERSON.email}>`
      const refusal = await handOver(receiver?.port ?? 0, {
        from: PERSON.email,
        to: address ?? '',
        raw: letter({
          from,
          subject: `I am ${PERSON.name}`,
          headers: `${headers}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n`,
          text: '--b\n\nHello\n--b\nContent-Disposition: attachment; filename="quintessa.txt"\n\nhello\n--b--',
        }),
      })
      assert.equal(refusal, null)
    }
    const waiting = () => owner.client.call(listReceivedMails, { query: { decision: 'waiting' } })
    for (let mark = following.mark(); (await waiting()).items.length > 0; mark = following.mark())
      await following.heard(mark, () => true)
    await receiver?.close()
  }

  /** Answers that both let the form keep and did not send, and that are told as left. */
  async function leaveUnsent({
    workflowId,
    formKey,
  }: {
    workflowId: string
    formKey: string
  }): Promise<void> {
    const body = { ...projectForm, fields: [...projectForm.fields], keepsPartials: true }
    await owner.client.call(saveForm, { params: { workflowId }, body })
    for (const { name, email } of [PERSON, OTHER]) {
      const { token } = await owner.client.call(getPublicForm, { params: { formKey } })
      const kept = await fetch(`${app.url}/f/${formKey}/partial`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token, agreed: true, answers: { name, email } }),
      })
      assert.equal(kept.status, 200)
    }
    await app.asSuperuser(`update intake.partial_submissions set saved_at = saved_at - interval '31 minutes'`)
    const told = () => app.asSuperuser(`select 1 from events.events where type = 'form.abandoned'`)
    for (let mark = following.mark(); (await told()).length < 2; mark = following.mark()) {
      await app.asSuperuser(
        `update jobs.ready r set run_at = now() from jobs.jobs j where j.id = r.job_id and j.kind = 'intake.tell_abandoned'`,
      )
      await following.heard(mark, () => true)
    }
  }

  const sentTo = async (text: string) =>
    (
      await app.asSuperuser(
        `select 1 from mail.messages where status = 'sent' and recipients::text ilike '%' || $1 || '%'`,
        [text],
      )
    ).length

  /** Every table with rows that hold a text, partitions left to their parents. */
  const tablesWith = async (text: string) => {
    const tables = await app.asSuperuser<{ name: string }>(
      `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')`,
    )
    const each = tables.map(
      ({ name }) =>
        `select '${name}' as name where exists (select 1 from ${name} r where r::text ilike '%' || $1 || '%')`,
    )
    const holding = await app.asSuperuser<{ name: string }>(each.join(' union all '), [text])
    return holding.map(({ name }) => name).sort()
  }
  const personOf = async (email: string) => {
    const { items } = await owner.client.call(listPeople, { query: { filter: `email:is:${email}` } })
    return items[0]?.id ?? ''
  }
  const erase = () => erasePeople(app.ownerUrl, personalData(modules))

  it('is given everything that is kept about them, and of nobody else', async () => {
    const personId = await personOf(PERSON.email)
    await owner.client.call(recordConsent, {
      params: { personId },
      body: { purpose: 'tracking', isGiven: true, evidence: `${PERSON.name} ticked the box.` },
    })
    const { data } = await owner.client.call(givePersonData, { params: { personId } })
    assert.deepEqual(
      Object.fromEntries(
        ['person', 'positions', 'leads', 'unsentAnswers', 'mails', 'messages', 'runs', 'consents'].map(
          name => [name, data[name]?.length],
        ),
      ),
      { person: 1, positions: 1, leads: 2, unsentAnswers: 1, mails: 2, messages: 3, runs: 2, consents: 1 },
    )
    assert.match(JSON.stringify(data), /Zwanzigbaum/)
    assert.doesNotMatch(JSON.stringify(data), /kept\.example/)
  })

  it('leaves no trace, also of a run that still waits, while everybody else stays as they are', async () => {
    const personId = await personOf(PERSON.email)
    const otherId = await personOf(OTHER.email)
    const before = await tablesWith(TRACE)
    assert.ok(
      before.includes('crm.people') && before.includes('flow.runs') && before.includes('events.events'),
    )
    const keptBefore = await tablesWith('kept.example')
    const { addresses } = await owner.client.call(erasePerson, { params: { personId }, body: {} })
    assert.equal(addresses, 1)
    await assert.rejects(
      owner.client.call(getPerson, { params: { personId } }),
      (error: ProblemError) => error.status === 404,
    )
    while (await isPersonErasureDue(app.kit.db)) await erase()
    assert.deepEqual(await tablesWith(TRACE), [])
    assert.deepEqual(await tablesWith('zwanzigbaum'), [])
    assert.deepEqual(await tablesWith('kept.example'), keptBefore)
    assert.equal((await owner.client.call(getPerson, { params: { personId: otherId } })).email, OTHER.email)
  })

  it('is looked for once more, and only then is it finished', async () => {
    const state = () =>
      app.asSuperuser<{ emptied: boolean; finished: boolean }>(
        'select emptied_at is not null as emptied, finished_at is not null as finished from platform.person_erasures',
      )
    assert.deepEqual(await state(), [{ emptied: true, finished: false }])
    await app.asSuperuser(`update platform.person_erasures set emptied_at = now() - interval '3 minutes'`)
    assert.equal(await erase(), 1)
    assert.deepEqual(await state(), [{ emptied: true, finished: true }])
    assert.equal(await erase(), 0)
    // What is written once is written once again.
    await assert.rejects(
      app.asSuperuser(
        `with inside as materialized (select set_config('app.org_id', $1, true) as org)
         delete from events.events where org_id = (select org::uuid from inside)`,
        [owner.orgId],
      ),
      /immutable/,
    )
  })

  it('is written to no more, though nobody knows the address', async () => {
    const { items } = await owner.client.call(listDoNotContact, { query: { address: PERSON.email } })
    assert.deepEqual(
      items.map(({ value, reason }) => [value, reason]),
      [[null, 'erased']],
    )
    const again = await owner.client.call(addDoNotContact, { body: { items: [{ email: PERSON.email }] } })
    assert.deepEqual([again.added, again.known], [0, 1])
  })

  it('is erased by those who manage the organization only, with a recent sign-in', async () => {
    const personId = await personOf(OTHER.email)
    await app.asSuperuser(`update iam.token_families set proved_at = now() - interval '11 minutes'`)
    await assert.rejects(
      owner.client.call(erasePerson, { params: { personId }, body: {} }),
      (error: ProblemError) => error.problem.code === 'iam.sign_in_again',
    )
    assert.equal((await owner.client.call(getPerson, { params: { personId } })).email, OTHER.email)
  })
})
