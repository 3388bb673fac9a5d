import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { inOrganization } from '#platform/context.ts'
import { Problem } from '#platform/contract/problem.ts'
import { AppError } from '#platform/errors.ts'
import { react } from '#platform/events/reactions.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import {
  blockSender,
  changeQuarantine,
  countQuarantine,
  createSenderRule,
  deleteQuarantined,
  type Form,
  formSubmitted,
  getPublicForm,
  listQuarantine,
  listSenderRules,
  releaseQuarantined,
  SubmissionReceipt,
  setFormProtection,
} from '../contract.ts'
import { asSystem, goodAnswers, makeForm, PROJECT_FORM } from '../factories.ts'
import { intakeModule } from '../index.ts'
import { getLead } from '../leads.ts'
import { proofOf } from '../page/proof.js'
import { forgetQuarantined } from './forget-quarantined.ts'
import * as held from './quarantine.ts'

/** Stands in for the workflow module: a submission starts a run with it. */
const started: string[] = []
const startsRun = react(formSubmitted, 'with', 'test.start_run', async (ctx, event) => {
  ctx.db.afterCommit(() => started.push(event.payload.leadId))
})

/** What nobody is in doubt about; others of its kind were never let in. */
const OFFER =
  'I came across your website and noticed that you are not on the first page of Google. Our SEO agency gets you backlinks: https://offers.example https://offers.example/2 https://offers.example/3'

describe('submissions that are held back', () => {
  let t: TestKit
  let server: TestServer
  let orgId: string
  let form: Form
  let offer = ''
  const modules = [iamModule, crmModule, intakeModule]
  before(async () => {
    t = await testKit({ modules, reactions: [startsRun], frozenAt: new Date('2026-11-21T09:30:00.000Z') })
    orgId = anyOrgId()
    server = await testServer(t, modules, signedInAs(orgId, newId()))
  })
  after(async () => {
    await server.close()
    await t.close()
  })
  const fresh = async (changes: Parameters<typeof makeForm>[2] = {}) => {
    form = await makeForm(t.kit, orgId, changes)
    // Somebody lets texts in here, and is heeded.
    offer = `${OFFER} ${newId().replace(/[^a-f]/g, '')}`
  }
  const someone = () => `${newId()}@example.com`
  const body = (changes: Readonly<Record<string, string>> = {}) => ({
    submissionId: newId(),
    answers: { ...goodAnswers(), email: someone(), message: offer, ...changes },
  })
  const post = (sent: object, key = form.key) =>
    server.raw(`/v1/public/forms/${key}/submissions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(sent),
    })
  const codeOf = async (response: Response) => Problem.parse(await response.json()).code
  const api = () => server.client()
  const listed = async () =>
    (await api().call(listQuarantine, { query: { workflowId: form.workflowId, limit: 100 } })).items
  const counts = async () => {
    const [row] = await t.asSuperuser<Record<string, number>>(
      `select (select count(*)::int from intake.leads where org_id = $1 and workflow_id = $2) as leads,
         (select count(*)::int from intake.quarantined_submissions where org_id = $1 and workflow_id = $2) as held,
         (select count(*)::int from intake.submissions where org_id = $1 and form_id = $3) as submissions`,
      [orgId, form.workflowId, form.id],
    )
    return row
  }

  it('are answered like all others, make nothing of a lead, and say why', async () => {
    await fresh()
    const [spam, mail] = [body(), body({ message: 'Hello' })]
    const [refused, taken] = [await post(spam), await post(mail)]
    assert.deepEqual([refused.status, taken.status], [201, 201])
    const words = async (response: Response) =>
      SubmissionReceipt.omit({ submissionId: true }).parse(await response.json())
    assert.deepEqual(await words(refused), await words(taken))
    assert.deepEqual(await counts(), { leads: 1, held: 1, submissions: 1 })
    const [one, ...others] = await listed()
    assert.deepEqual([one?.email, one?.name, others.length], [spam.answers.email, 'Grace Hopper', 0])
    assert.deepEqual(one?.answers.map(({ key, value }) => [key, value]).at(-2), ['message', offer])
    assert.deepEqual(one?.reasons[0]?.code, 'phrases')
    for (const { words: why, points } of one?.reasons ?? []) assert.ok(why.endsWith('.') && points > 0, why)
    const [{ people } = { people: -1 }] = await t.asSuperuser<{ people: number }>(
      'select count(*)::int as people from crm.people where org_id = $1',
      [orgId],
    )
    assert.equal(people, 1)
    assert.deepEqual(await api().call(countQuarantine, { query: { workflowId: form.workflowId } }), {
      held: 1,
    })
  })

  it('are one, however often the same act is sent, and other answers under its id are refused as always', async () => {
    await fresh()
    const spam = body()
    const all = await Promise.all(Array.from({ length: 32 }, () => post(spam)))
    assert.deepEqual(new Set(all.map(({ status }) => status)), new Set([201]))
    assert.deepEqual(await counts(), { leads: 0, held: 1, submissions: 0 })
    const other = await post({ ...spam, answers: { ...spam.answers, name: 'Somebody else' } })
    assert.equal(other.status, 409)
    assert.equal(await codeOf(other), 'intake.submission_reused')
    assert.deepEqual(await counts(), { leads: 0, held: 1, submissions: 0 })
  })

  it('become one lead when they are released, as if they were sent, and once', async () => {
    await fresh()
    const spam = body()
    await post(spam)
    const [one] = await listed()
    assert.ok(one)
    const client = api()
    const release = () => client.call(releaseQuarantined, { params: { quarantinedId: one.id } })
    const outcomes = await Promise.all(Array.from({ length: 32 }, release))
    assert.equal(outcomes.filter(({ isNew }) => isNew).length, 1)
    const [leadId = ''] = new Set(outcomes.map(outcome => outcome.leadId ?? ''))
    assert.ok(outcomes.every(outcome => outcome.leadId === leadId))
    assert.equal(started.filter(id => id === leadId).length, 1)
    const lead = await asSystem(t.kit, orgId, ctx => getLead(ctx, leadId))
    assert.deepEqual([lead.name, lead.email, lead.source], ['Grace Hopper', spam.answers.email, 'form'])
    assert.equal(lead.answers.find(({ key }) => key === 'message')?.value, offer)
    assert.deepEqual(
      lead.events.map(({ kind, actor }) => [kind, actor]),
      [['FORM_SUBMITTED', 'visitor']],
    )
    assert.deepEqual(await listed(), [])
    const rest = await t.asSuperuser(
      'select status, answers, identity, email_key, name, lead_id from intake.quarantined_submissions where id = $1',
      [one.id],
    )
    assert.deepEqual(rest, [
      { status: 'released', answers: null, identity: null, email_key: null, name: null, lead_id: leadId },
    ])
    // The page that sent it sends it again: it has arrived.
    assert.equal((await post(spam)).status, 201)
    assert.deepEqual(await counts(), { leads: 1, held: 1, submissions: 1 })
  })

  it('keep the answers to fields that the form has lost since, and are released also when it is closed', async () => {
    await fresh()
    await post(body())
    const fields = PROJECT_FORM.fields.filter(({ key }) => key !== 'message')
    await makeForm(t.kit, orgId, { workflowId: form.workflowId, fields, status: 'closed' })
    const [one] = await listed()
    const { leadId } = await asSystem(t.kit, orgId, ctx => held.releaseQuarantined(ctx, one?.id ?? ''))
    const lead = await asSystem(t.kit, orgId, ctx => getLead(ctx, leadId ?? ''))
    assert.equal(lead.answers.find(({ key }) => key === 'message')?.value, offer)
  })

  it('are deleted one by one and many at once, and one that fails is no obstacle', async () => {
    await fresh()
    for (let index = 0; index < 3; index++) await post(body())
    const [first, second, third] = await listed()
    assert.ok(first && second && third)
    const params = { quarantinedId: first.id }
    await api().call(deleteQuarantined, { params })
    await assert.rejects(api().call(deleteQuarantined, { params }), /There is nothing here/)
    const ids = [first.id, second.id]
    const gone = await api().call(changeQuarantine, { body: { act: 'delete', ids } })
    assert.deepEqual([gone.changed, gone.failed, gone.items[0]?.problem?.code], [1, 1, 'request.not_found'])
    const released = await api().call(changeQuarantine, { body: { act: 'release', ids: [third.id] } })
    assert.ok(released.items[0]?.leadId)
    assert.deepEqual(await counts(), { leads: 1, held: 1, submissions: 1 })
  })

  it('come from senders that were blocked, whatever they write, and not from those that were let in', async () => {
    await fresh()
    const email = `mallory@${newId()}.example`
    await post(body({ email }))
    const [one] = await listed()
    await api().call(blockSender, { params: { quarantinedId: one?.id ?? '' }, body: { kind: 'domain' } })
    await post(body({ email: `other@sub.${email.split('@')[1]}`, message: 'Hello' }))
    const [blocked] = await listed()
    assert.deepEqual([blocked?.reasons[0]?.code, (await counts())?.leads], ['blocked', 0])
    const rules = (await api().call(listSenderRules, { query: {} })).items
    assert.deepEqual(
      [rules[0]?.kind, rules[0]?.value, rules[0]?.verdict],
      ['domain', email.split('@')[1], 'block'],
    )
    const value = email.split('@')[1] ?? ''
    await api().call(createSenderRule, { body: { kind: 'domain', value, verdict: 'allow' } })
    await post(body({ email: `third@${value}` }))
    assert.equal((await counts())?.leads, 1)
  })

  it('are let in by a page that does the work it is asked for, and kept where it does not', async () => {
    await fresh()
    const text =
      'We would like 300 chairs for a hall. https://hall.example/a https://hall.example/b https://hall.example/c'
    const open = async () => {
      const { token, submissionId } = await api().call(getPublicForm, { params: { formKey: form.key } })
      t.clock.advance(20_000)
      return { submissionId, token, answers: { ...goodAnswers(), email: someone(), message: text } }
    }
    const [able, other, unable] = [await open(), await open(), await open()]
    const asked = await post(able)
    assert.deepEqual([asked.status, await codeOf(asked)], [428, 'intake.proof_needed'])
    const proof = await proofOf(able.token)
    for (const wrong of ['', 'x', proof.slice(2), proof.replace('.', '..'), await proofOf(other.token)]) {
      assert.equal((await post({ ...able, proof: wrong })).status, 428, wrong)
    }
    assert.deepEqual(await counts(), { leads: 0, held: 1, submissions: 0 })
    assert.equal((await post({ ...able, proof })).status, 201)
    assert.deepEqual(await counts(), { leads: 1, held: 0, submissions: 1 })
    // A proof is for one submission.
    assert.equal((await post({ ...able, proof, answers: { ...able.answers, name: 'Other' } })).status, 409)
    assert.equal((await post(unable)).status, 428)
    assert.deepEqual(await listed(), [], 'it may still come')
    await t.asSuperuser(
      `update intake.quarantined_submissions set created_at = now() - interval '2 minutes' where submission_id = $1`,
      [unable.submissionId],
    )
    assert.equal((await listed())[0]?.email, unable.answers.email)
  })

  it('are all that fill in the hidden field only, where a form is not protected, and more where it is strictly', async () => {
    await fresh()
    const level = (to: 'off' | 'strict') =>
      api().call(setFormProtection, { params: { workflowId: form.workflowId }, body: { level: to } })
    await level('off')
    assert.equal((await post(body())).status, 201)
    assert.deepEqual(await counts(), { leads: 1, held: 0, submissions: 1 })
    await level('strict')
    const { token, submissionId } = await api().call(getPublicForm, { params: { formKey: form.key } })
    t.clock.advance(20_000)
    assert.equal((await post({ token, submissionId, answers: goodAnswers(someone()) })).status, 428)
  })

  it('are seen by nobody who sees only some leads', async () => {
    await fresh()
    await post(body())
    const [one] = await listed()
    const lead = { owners: [newId()], writable: [], readable: [] }
    const actor = { type: 'user', userId: newId() } as const
    await inOrganization(t.kit, { orgId, actor, visibility: { lead } }, async ctx => {
      assert.deepEqual((await held.listQuarantine(ctx, { limit: 10, status: 'held' })).items, [])
      assert.deepEqual(await held.countQuarantine(ctx), { held: 0 })
      for (const act of [held.releaseQuarantined, held.deleteQuarantined]) {
        const isMissing = (error: unknown) => error instanceof AppError && error.status === 404
        await assert.rejects(act(ctx, one?.id ?? ''), isMissing)
      }
    })
  })

  it('are gone after thirty days', async () => {
    await fresh()
    await post(body())
    await post(body())
    const [newer, older] = await listed()
    const age = (id: string | undefined, days: number) =>
      t.asSuperuser(
        'update intake.quarantined_submissions set created_at = now() - make_interval(days => $2) where id = $1',
        [id, days],
      )
    await age(newer?.id, 29)
    await age(older?.id, 31)
    await forgetQuarantined(t.kit, orgId)
    assert.deepEqual(
      (await listed()).map(({ id }) => id),
      [newer?.id],
    )
  })

  it('need not be for a double submission to be one lead: 32 at once, under one id and under many', async () => {
    await fresh()
    const email = someone()
    const one = body({ email, message: 'Hello' })
    const answers = await Promise.all(Array.from({ length: 32 }, () => post(one)))
    const many = await Promise.all(Array.from({ length: 32 }, () => post(body({ email, message: 'Hello' }))))
    assert.deepEqual(new Set([...answers, ...many].map(({ status }) => status)), new Set([201]))
    assert.deepEqual(await counts(), { leads: 1, held: 0, submissions: 33 })
  })
})
