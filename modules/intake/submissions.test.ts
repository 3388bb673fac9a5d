import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { AppError } from '#platform/errors.ts'
import { react } from '#platform/events/reactions.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import blns from '#test/fixtures/security/blns.json' with { type: 'json' }
import { formSubmitted, leadCreated } from './events.ts'
import { asSystem, goodAnswers, makeForm, PROJECT_FORM, send } from './factories.ts'
import { saveForm } from './forms.ts'
import { getLeadForTemplates, intakeModule } from './index.ts'
import { getLead } from './leads.ts'
import { submitForm } from './submissions.ts'

/** Stands in for the workflow module, which is to the right of this one: a submission starts a run or fails with it. */
const started: string[] = []
const startsRun = react(formSubmitted, 'with', 'test.start_run', async (ctx, event) => {
  if (event.payload.answers.name === 'Veto') throw new Error('no run')
  await ctx.db.query('select 1')
  ctx.db.afterCommit(() => started.push(event.payload.leadId))
})

describe('sending a form', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule, intakeModule], reactions: [startsRun] })
  })
  after(() => t.close())

  const stored = async (orgId: string) => {
    const count = (table: string, where = 'true') =>
      `(select count(*)::int from ${table} where org_id = $1 and ${where})`
    const [row] = await t.asSuperuser<Record<string, number>>(
      `select ${count('crm.people')} as people, ${count('intake.leads')} as leads,
         ${count('intake.lead_values')} as values, ${count('intake.lead_events')} as events,
         ${count('intake.submissions')} as submissions,
         ${count('events.events', `type = '${leadCreated.type}'`)} as created,
         ${count('events.events', `type = '${formSubmitted.type}'`)} as submitted`,
      [orgId],
    )
    return row
  }
  const NOTHING = { people: 0, leads: 0, values: 0, events: 0, submissions: 0, created: 0, submitted: 0 }
  const refused = (code: string, pointer?: string) => (error: unknown) =>
    error instanceof AppError &&
    error.code === code &&
    (pointer === undefined || error.errors?.[0]?.pointer === pointer)

  it('makes person, lead, values, event and what reacts to it, all together', async () => {
    const orgId = anyOrgId()
    const form = await makeForm(t.kit, orgId)
    const { leadId, isNew } = await send(t.kit, form)
    assert.ok(leadId && isNew)
    const expected = { people: 1, leads: 1, values: 6, events: 1, submissions: 1, created: 1, submitted: 1 }
    assert.deepEqual(await stored(orgId), expected)
    assert.equal(started.filter(id => id === leadId).length, 1)
    const lead = await asSystem(t.kit, orgId, ctx => getLead(ctx, leadId))
    assert.deepEqual([lead.name, lead.email, lead.status], ['Grace Hopper', 'grace@example.com', 'NEW'])
    assert.deepEqual([lead.person?.firstName, lead.person?.lastName], ['Grace', 'Hopper'])
    assert.deepEqual(Object.fromEntries(lead.answers.map(answer => [answer.key, answer.value])), {
      name: 'Grace Hopper',
      email: 'grace@example.com',
      budget: '$5000',
      seats: '12',
      start: '2026-12-01',
      consent: 'true',
    })
  })

  it('leaves nothing behind when what reacts to it fails', async () => {
    const orgId = anyOrgId()
    const form = await makeForm(t.kit, orgId)
    await assert.rejects(send(t.kit, form, { ...goodAnswers(), name: 'Veto' }), /no run/)
    assert.deepEqual(await stored(orgId), NOTHING)
  })

  it('stores nothing for wrong answers and points at each', async () => {
    const orgId = anyOrgId()
    const form = await makeForm(t.kit, orgId)
    const wrong = {
      name: '',
      email: 'nobody',
      budget: '$6000',
      seats: '1e3',
      start: '2026-02-30',
      extra: 'x',
    }
    await assert.rejects(send(t.kit, form, wrong), (error: unknown) => {
      assert.ok(error instanceof AppError && error.code === 'request.invalid')
      assert.deepEqual(
        error.errors?.map(({ pointer }) => pointer),
        ['name', 'email', 'budget', 'seats', 'start', 'consent', 'extra'].map(key => `/answers/${key}`),
      )
      return true
    })
    assert.deepEqual(await stored(orgId), NOTHING)
  })

  it('by an address the workflow knows adds an event to its lead, in any case of letters, and never a second lead', async () => {
    const orgId = anyOrgId()
    const form = await makeForm(t.kit, orgId)
    const first = await send(t.kit, form, { ...goodAnswers('ada@example.com'), budget: '' })
    const later = { ...goodAnswers('ADA@example.com'), name: 'Mallory', message: 'Me again' }
    const second = await send(t.kit, form, later)
    assert.deepEqual([second.leadId, second.isNew], [first.leadId, false])
    const expected = { people: 1, leads: 1, values: 7, events: 2, submissions: 2, created: 1, submitted: 2 }
    assert.deepEqual(await stored(orgId), expected)
    const lead = await asSystem(t.kit, orgId, ctx => getLead(ctx, first.leadId ?? ''))
    const answer = (key: string) => lead.answers.find(each => each.key === key)?.value
    // What was answered stays as it was; what was not is filled in; the event keeps all that was said.
    assert.deepEqual([lead.name, answer('name')], ['Grace Hopper', 'Grace Hopper'])
    assert.deepEqual([answer('budget'), answer('message')], ['$5000', 'Me again'])
    assert.deepEqual(
      lead.events.map(event => [event.kind, event.description, event.actor]),
      [
        ['FORM_SUBMITTED', 'Sent the form again', 'visitor'],
        ['FORM_SUBMITTED', 'Sent the form', 'visitor'],
      ],
    )
    assert.match(JSON.stringify(lead.events[0]?.metadata.answers), /"name":"Mallory"/)
    assert.ok(lead.lastSubmittedAt > lead.createdAt)
  })

  it('to two workflows makes two leads of one person', async () => {
    const orgId = anyOrgId()
    const [a, b] = [await makeForm(t.kit, orgId), await makeForm(t.kit, orgId)]
    await send(t.kit, a)
    assert.equal((await send(t.kit, b)).isNew, true)
    const { people, leads } = (await stored(orgId)) ?? {}
    assert.deepEqual({ people, leads }, { people: 1, leads: 2 })
  })

  it('makes a new lead after the old one was deleted', async () => {
    const orgId = anyOrgId()
    const form = await makeForm(t.kit, orgId)
    const submissionId = newId()
    await send(t.kit, form, goodAnswers(), submissionId)
    await t.asSuperuser('update intake.leads set deleted_at = now() where org_id = $1', [orgId])
    assert.equal((await send(t.kit, form, goodAnswers(), submissionId)).leadId, null)
    assert.equal((await send(t.kit, form)).isNew, true)
  })

  it('twice with the same submission id is one submission, also when both come at once', async () => {
    const orgId = anyOrgId()
    const form = await makeForm(t.kit, orgId)
    const submissionId = newId()
    const answers = goodAnswers()
    const both = await Promise.all(Array.from({ length: 8 }, () => send(t.kit, form, answers, submissionId)))
    const again = await send(t.kit, form, answers, submissionId)
    assert.equal(new Set([...both, again].map(sent => sent.leadId)).size, 1)
    assert.equal([...both, again].filter(sent => sent.isNew).length, 1)
    const expected = { people: 1, leads: 1, values: 6, events: 1, submissions: 1, created: 1, submitted: 1 }
    assert.deepEqual(await stored(orgId), expected)
    assert.equal(started.filter(id => id === again.leadId).length, 1)
  })

  it('with other answers under a submission id that has arrived is refused, and the first stand', async () => {
    const orgId = anyOrgId()
    const form = await makeForm(t.kit, orgId)
    const submissionId = newId()
    await send(t.kit, form, goodAnswers('a@example.com'), submissionId)
    const before = await stored(orgId)
    for (const changed of [
      { ...goodAnswers('a@example.com'), budget: '$500' },
      goodAnswers('b@example.com'),
    ]) {
      await assert.rejects(send(t.kit, form, changed, submissionId), refused('intake.submission_reused'))
    }
    assert.deepEqual(await stored(orgId), before)
  })

  it('200 times by 32 clients, each twice, makes 200 leads', async () => {
    const orgId = anyOrgId()
    const form = await makeForm(t.kit, orgId)
    const before = started.length
    const due = Array.from({ length: 400 }, (_, n) => ({
      email: `person${n >> 1}@example.com`,
      submissionId: `00000000-0000-7000-8000-${String(n >> 1).padStart(12, '0')}`,
    }))
    const client = async () => {
      for (let next = due.pop(); next; next = due.pop()) {
        await send(t.kit, form, goodAnswers(next.email), next.submissionId)
      }
    }
    await Promise.all(Array.from({ length: 32 }, client))
    assert.deepEqual(await stored(orgId), {
      people: 200,
      leads: 200,
      values: 1200,
      events: 200,
      submissions: 200,
      created: 200,
      submitted: 200,
    })
    assert.equal(started.length - before, 200)
  })

  it('at one moment share transactions, and each is its own visitor with its own outcome', async () => {
    const orgId = anyOrgId()
    const form = await makeForm(t.kit, orgId)
    const sendFrom = (n: number, answers = goodAnswers(`visitor${n}@example.com`), submissionId = newId()) =>
      submitForm(t.kit, { formKey: form.key, submissionId, answers, address: `192.0.2.${n}` })
    const numbers = Array.from({ length: 24 }, (_, n) => n + 1)
    await Promise.all(numbers.map(n => sendFrom(n)))
    const [shared] = await t.asSuperuser<{ transactions: number }>(
      'select count(distinct xmin::text)::int as transactions from intake.leads where org_id = $1',
      [orgId],
    )
    assert.ok(shared && shared.transactions < numbers.length, `${shared?.transactions} transactions`)
    const by = await t.asSuperuser<{ address: string; email: string }>(
      `select e.actor->>'address' as address, l.email::text as email
       from events.events e join intake.leads l on l.org_id = $1 and l.id = (e.payload->>'leadId')::uuid
       where e.org_id = $1 and e.type = $2`,
      [orgId, leadCreated.type],
    )
    assert.deepEqual(
      by.map(({ address, email }) => [address, email]).sort(),
      numbers.map(n => [`192.0.2.${n}`, `visitor${n}@example.com`]).sort(),
    )

    const before = await stored(orgId)
    const same = newId()
    const outcomes = await Promise.allSettled([
      sendFrom(30),
      sendFrom(31, { ...goodAnswers('visitor31@example.com'), name: 'Veto' }),
      sendFrom(32, goodAnswers('Twice@example.com')),
      sendFrom(33, goodAnswers('twice@example.com')),
      sendFrom(34, goodAnswers('first@example.com'), same),
      sendFrom(34, goodAnswers('first@example.com'), same),
      sendFrom(35, goodAnswers('other@example.com'), same),
    ])
    const failures = outcomes.flatMap((outcome, place) =>
      outcome.status === 'rejected' ? [[place, String(outcome.reason.code ?? outcome.reason.message)]] : [],
    )
    assert.deepEqual(failures[0], [1, 'no run'])
    // Whichever of the three came first has the id; who said something else under it is refused.
    const reused = failures.slice(1)
    assert.ok(reused.length === 1 || reused.length === 2, JSON.stringify(reused))
    assert.ok(reused.every(([, code]) => code === 'intake.submission_reused'))
    const after = await stored(orgId)
    const more = (key: string) => (after?.[key] ?? 0) - (before?.[key] ?? 0)
    assert.deepEqual(
      ['people', 'leads', 'events', 'submissions', 'created', 'submitted'].map(more),
      [3, 3, 4, 4, 3, 4],
    )
  })

  it('by one address from 32 clients at once makes one lead and 32 events', async () => {
    const orgId = anyOrgId()
    const form = await makeForm(t.kit, orgId)
    await Promise.all(Array.from({ length: 32 }, () => send(t.kit, form)))
    const { people, leads, events, created } = (await stored(orgId)) ?? {}
    assert.deepEqual({ people, leads, events, created }, { people: 1, leads: 1, events: 32, created: 1 })
  })

  it('keeps every naughty string exactly as it was typed', async () => {
    const orgId = anyOrgId()
    const form = await makeForm(t.kit, orgId)
    const legal = blns.filter(text => text.trim() !== '')
    for (const [n, text] of legal.entries()) {
      await send(t.kit, form, { ...goodAnswers(`naughty${n}@example.com`), name: `N ${n}`, message: text })
    }
    const rows = await t.asSuperuser<{ n: number; value: string }>(
      `select substring(l.email from 'naughty(\\d+)')::int as n, v.value
       from intake.leads l
       join intake.lead_values v on v.org_id = l.org_id and v.lead_id = l.id
       join intake.form_fields f on f.org_id = l.org_id and f.id = v.field_id and f.field_key = 'message'
       where l.org_id = $1 order by 1`,
      [orgId],
    )
    assert.deepEqual(
      rows.map(row => row.value),
      legal,
    )
  })

  it('takes naughty strings for names, on one line and no longer than a name', async () => {
    const orgId = anyOrgId()
    const form = await makeForm(t.kit, orgId)
    const names = blns.filter(text => text.trim() !== '' && !/[\n\r\v\f\u0085\u2028\u2029]/.test(text))
    names.push(`Z${'\u0301'.repeat(9000)}`, '😀'.repeat(4000), ' \u202e txet desrever ')
    for (const [n, name] of names.entries())
      await send(t.kit, form, { ...goodAnswers(`n${n}@example.com`), name })
    const rows = await t.asSuperuser<{ name: string }>('select name from intake.leads where org_id = $1', [
      orgId,
    ])
    assert.equal(rows.length, names.length)
    assert.ok(rows.every(({ name }) => [...name].length <= 200 && !/[\n\r\t]/.test(name) && name !== ''))
  })

  it('follows the form at once when it is changed, closed or opened, whatever was remembered of it', async () => {
    const orgId = anyOrgId()
    const workflowId = newId()
    const change = (changes: Partial<typeof PROJECT_FORM>) =>
      makeForm(t.kit, orgId, { workflowId, ...changes })
    const form = await change({})
    await send(t.kit, form, goodAnswers('1@example.com'))
    const phone = { type: 'TEXT', key: 'phone', label: 'Phone', required: true } as const
    await change({ fields: [...PROJECT_FORM.fields, phone] })
    await assert.rejects(
      send(t.kit, form, goodAnswers('2@example.com')),
      refused('request.invalid', '/answers/phone'),
    )
    await send(t.kit, form, { ...goodAnswers('2@example.com'), phone: '+33 1 23 45 67 89' })
    await change({ status: 'closed' })
    await assert.rejects(send(t.kit, form, goodAnswers('3@example.com')), refused('intake.form_closed'))
    await change({ status: 'draft' })
    await assert.rejects(send(t.kit, form, goodAnswers('3@example.com')), refused('request.not_found'))
    await change({})
    await send(t.kit, form, goodAnswers('3@example.com'))
    assert.equal((await stored(orgId))?.leads, 3)
  })

  it('that was right for the form it was checked against is checked again when the form changed meanwhile', async () => {
    const orgId = anyOrgId()
    const workflowId = newId()
    const form = await makeForm(t.kit, orgId, { workflowId })
    await send(t.kit, form, goodAnswers('1@example.com'))
    // The new version no longer asks for a date, so what was remembered would accept an answer that is refused now.
    const fields = PROJECT_FORM.fields.filter(field => field.key !== 'start')
    await asSystem(t.kit, orgId, ctx => saveForm(ctx, workflowId, { ...PROJECT_FORM, fields }))
    await assert.rejects(
      send(t.kit, form, goodAnswers('2@example.com')),
      refused('request.invalid', '/answers/start'),
    )
    assert.equal((await stored(orgId))?.leads, 1)
  })

  it('to a key that leads nowhere is answered like to a form that is not published', async () => {
    const draft = await makeForm(t.kit, anyOrgId(), { status: 'draft' })
    for (const key of [draft.key, 'x'.repeat(26), '', '../x', "'; drop table leads", '\u0000'.repeat(26)]) {
      await assert.rejects(send(t.kit, { key }), refused('request.not_found'), key)
    }
  })

  it('takes a first and a last name, or none', async () => {
    const orgId = anyOrgId()
    const email = { type: 'EMAIL', key: 'mail', label: 'E-mail', required: true } as const
    const parts = ['first_name', 'last_name', 'phone'].map(
      key => ({ type: 'TEXT', key, label: key }) as const,
    )
    const form = await makeForm(t.kit, orgId, { fields: [...parts, email] })
    const named = { mail: 'ada@example.com', first_name: 'Ada', last_name: 'King Lovelace', phone: '123' }
    const { leadId } = await send(t.kit, form, named)
    const lead = await asSystem(t.kit, orgId, ctx => getLeadForTemplates(ctx, leadId ?? ''))
    assert.equal(lead.name, 'Ada King Lovelace')
    assert.deepEqual(
      { ...lead.person, id: '' },
      {
        id: '',
        name: 'Ada King Lovelace',
        firstName: 'Ada',
        lastName: 'King Lovelace',
        email: 'ada@example.com',
        phone: '123',
      },
    )
    assert.deepEqual(lead.fields, named)
    const nameless = await send(t.kit, form, { mail: 'nobody@example.com' })
    const other = await asSystem(t.kit, orgId, ctx => getLeadForTemplates(ctx, nameless.leadId ?? ''))
    assert.equal(other.name, 'nobody@example.com')
  })

  it('finds what it refers to by the primary key, also in tables that were never analyzed', async () => {
    const fresh = await testKit({ modules: [iamModule, crmModule, intakeModule] })
    try {
      const ids = [newId(), newId()]
      for (const table of ['leads', 'form_fields', 'forms']) {
        // What PostgreSQL asks for a foreign key.
        const plan = await fresh.asSuperuser<{ 'QUERY PLAN': string }>(
          `explain select 1 from only intake.${table} x where org_id = $1 and id = $2 for key share of x`,
          ids,
        )
        assert.match(plan.map(line => line['QUERY PLAN']).join('\n'), new RegExp(`${table}_pkey`), table)
      }
      const values = await fresh.asSuperuser<{ 'QUERY PLAN': string }>(
        'explain select 1 from intake.lead_values where org_id = $1 and lead_id = $2',
        ids,
      )
      assert.match(values.map(line => line['QUERY PLAN']).join('\n'), /lead_values_pkey/)
    } finally {
      await fresh.close()
    }
  })
})
