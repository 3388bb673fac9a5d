import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, describe, it } from 'node:test'
import { recordConsent } from '#modules/crm/contract.ts'
import { createActivity } from '#modules/crm/index.ts'
import { emailFailed } from '#modules/mail/contract.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { decideApproval } from '../control-api.ts'
import { workflowFailed } from '../events.ts'
import { validateGraph } from '../graph-problems.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { rotateWebhookSecret } from '../webhook-api.ts'
import { type GalleryTest, openGalleryTest } from './factories.ts'
import { gallery } from './gallery.ts'
import { type Filling, faultOfValue, filledGraph } from './workflow-template.ts'

/** A value for every kind of blank. */
const VALUES = {
  text: 'A text',
  email: 'somebody@example.com',
  url: 'https://service.example/',
  number: 5,
  member: 'somebody@example.com',
  members: ['somebody@example.com'],
  time_zone: 'Europe/Paris',
} as const

const page = readFileSync(new URL('../../../docs/workflow-templates.md', import.meta.url), 'utf8')

describe('every template', () => {
  it('is there, has a key and a name of its own, and says what it does in whole sentences', () => {
    assert.ok(gallery.length >= 15, `${gallery.length}`)
    assert.equal(new Set(gallery.map(({ key }) => key)).size, gallery.length)
    assert.equal(new Set(gallery.map(({ name }) => name)).size, gallery.length)
    for (const { key, name, description } of gallery) {
      assert.match(key, /^[a-z]+(_[a-z]+)*$/)
      assert.match(name, /^[A-Z][^.!]{5,59}$/, key)
      assert.match(description, /^[A-Z].{20,180}\.$/, key)
      assert.doesNotMatch(description, /!/, key)
      assert.ok(page.includes(`| ${name} | ${description} |`), `docs/workflow-templates.md lacks ${key}`)
    }
  })

  for (const { key, graph, blanks } of gallery) {
    it(`${key} has problems at its blanks only, and none once they are filled in`, () => {
      const open = validateGraph(graph, nodeTypes).filter(({ severity }) => severity === 'error')
      const places = new Set(blanks.flatMap(({ at }) => at.map(({ nodeId }) => nodeId)))
      for (const problem of open) assert.ok(places.has(problem.nodeId ?? ''), JSON.stringify(problem))
      const filling: Filling = Object.fromEntries(blanks.map(({ key: name, kind }) => [name, VALUES[kind]]))
      for (const blank of blanks) assert.equal(faultOfValue(blank, filling[blank.key]), null)
      const filled = filledGraph(graph, blanks, filling)
      assert.deepEqual(validateGraph(filled, nodeTypes), [])
      for (const { at, key: name, suffix = '' } of blanks)
        for (const { nodeId, path } of at) {
          const node = filled.nodes.find(({ id }) => id === nodeId)
          const value = path.reduce<unknown>((place, part) => (place as never)?.[part], node?.config)
          assert.deepEqual(
            value,
            suffix === '' ? filling[name] : `${filling[name]}${suffix}`,
            `${name} is not at ${nodeId} ${path.join('.')}`,
          )
        }
      assert.equal(
        new Set(graph.nodes.map(({ position }) => `${position.x} ${position.y}`)).size,
        graph.nodes.length,
      )
    })
  }
})

describe('a workflow out of a template, run from its beginning to its end', () => {
  let g: GalleryTest
  let ran: Set<string>
  before(async () => {
    g = await openGalleryTest()
    ran = new Set()
  })
  afterEach(() => g.restAll())
  after(async () => {
    await g.close()
    assert.deepEqual(
      gallery.map(({ key }) => key).filter(key => !ran.has(key)),
      [],
      'without a run',
    )
  })

  /** A test that begins with a template. */
  const template = (
    key: string,
    does: string,
    test: (begin: (fill?: Filling) => Promise<string>) => Promise<void>,
  ) =>
    it(`${key}: ${does}`, async () => {
      ran.add(key)
      await test(fill => g.begin(key, fill))
    })
  const titles = (list: readonly { title: string }[]) => list.map(({ title }) => title)
  const stage = async (dealId: string, stageName: string) => {
    const rows = await g.t.asSuperuser<{ id: string }>(
      'select id from crm.stages where org_id = $1 and name = $2',
      [g.owner.orgId, stageName],
    )
    const reasons = await g.t.asSuperuser<{ id: string }>(
      `select id from crm.lost_reasons where org_id = $1 and name = 'Price'`,
      [g.owner.orgId],
    )
    const why = stageName === 'Closed lost' ? { lostReasonId: reasons[0]?.id } : {}
    await g.change('deal', dealId, { stageId: rows[0]?.id, ...why })
  }

  template('thank_new_lead', 'thanks the lead by e-mail and tells the team', async begin => {
    const [id, email] = [await begin({ subject: 'We have it' }), g.address()]
    await g.lead(email)
    await g.completed(id)
    const [mail, ...more] = await g.mailsTo(email)
    assert.deepEqual([mail?.subject, more], ['We have it', []])
    assert.match(mail?.text ?? '', /^Hello Grace Hopper,\n[\s\S]+\n\n[^[\]]+$/)
    assert.deepEqual(await g.notices('New lead: Grace Hopper'), [`Grace Hopper (${email}) wrote to us.`])
  })

  template('round_robin_owner', 'gives leads to members in turn, each with a task', async begin => {
    const other = await g.member('Mo Member')
    const id = await begin({ members: [g.owner.email, other.userId] })
    const emails = [g.address(), g.address(), g.address()]
    for (const email of emails) {
      await g.lead(email)
      for (const run of await g.runsOf(id)) assert.equal(run.status, 'completed', JSON.stringify(run.error))
    }
    const owners = await Promise.all(
      emails.map(async email => (await g.readRecord('person', await g.person(email))).ownerUserId),
    )
    assert.deepEqual(owners, [g.owner.userId, other.userId, g.owner.userId])
    const [task] = await g.activitiesOf({ personId: await g.person(emails[1] ?? '') })
    assert.deepEqual([task?.title, task?.assigneeUserId], ['Call Grace Hopper', other.userId])
    assert.equal((await g.notices('A new lead is yours: Grace Hopper')).length, 2)
  })

  template('follow_up_no_answer', 'writes twice and then asks to call', async begin => {
    const [id, email] = [await begin({ owner: g.owner.email }), g.address()]
    await g.lead(email)
    const run = await g.runOf(id)
    assert.equal((await g.mailsTo(email)).length, 1)
    const second = await g.afterWait(run)
    assert.deepEqual([second.status, (await g.mailsTo(email)).length], ['waiting', 2])
    assert.equal((await g.afterWait(second)).status, 'completed')
    const [task] = await g.activitiesOf({ personId: await g.person(email) })
    assert.deepEqual(
      [task?.title, task?.assigneeUserId],
      ['Call Grace Hopper: no answer to two e-mails', g.owner.userId],
    )
  })

  template('follow_up_no_answer', 'writes no more to a lead that was moved', async begin => {
    const [id, email] = [await begin({ owner: g.owner.email }), g.address()]
    const leadId = await g.lead(email)
    await g.runOf(id)
    await g.moveLead(leadId, 'QUALIFIED')
    while ((await g.runOf(id)).status !== 'completed') {}
    assert.equal((await g.mailsTo(email)).length, 1)
    assert.deepEqual(await g.activitiesOf({ personId: await g.person(email) }), [])
  })

  template('deal_for_large_lead', 'makes a deal of the budget, and none of a small one', async begin => {
    const [id, email] = [await begin({ budget: 4_000 }), g.address()]
    const leadId = await g.lead(email, { budget: '$5000' })
    await g.completed(id)
    const [row] = await g.t.asSuperuser<{ id: string; status: string }>(
      `select d.id, l.status from crm.deals d join intake.leads l on l.id = $1
       where d.org_id = l.org_id and d.person_id = l.person_id`,
      [leadId],
    )
    const deal = await g.readRecord('deal', row?.id ?? '')
    assert.deepEqual(
      [row?.status, deal.name, deal.value, deal.tags],
      ['QUALIFIED', 'Request of Grace Hopper', { amount: 500_000, currency: 'EUR' }, ['inbound']],
    )
    await g.lead(g.address(), { budget: '$500' })
    const runs = await g.runsOf(id)
    assert.deepEqual(
      runs[1]?.stepList.map(({ nodeId }) => nodeId),
      ['start', 'is_large'],
    )
  })

  template('webhook_to_person', 'makes the person and the company of a delivery', async begin => {
    const [id, email] = [await begin({ owner: g.owner.email }), g.address()]
    const { url } = await g.server
      .client()
      .call(rotateWebhookSecret, { params: { workflowId: id }, body: {} })
    const deliver = (body: object) =>
      g.server.raw(new URL(url).pathname, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const body = {
      id: newId(),
      email,
      name: 'Ada Lovelace',
      company: 'Engines',
      website: 'https://engines.example',
    }
    assert.equal((await deliver(body)).status, 202)
    assert.equal((await deliver(body)).status, 202)
    await g.completed(id)
    const person = await g.readRecord('person', await g.person(email))
    assert.deepEqual(
      [person.firstName, person.lastName, (person.company as { name: string }).name, person.tags],
      ['Ada', 'Lovelace', 'Engines', ['webhook']],
    )
    assert.deepEqual(titles(await g.activitiesOf({ personId: String(person.id) })), ['Write to Ada Lovelace'])
    const alone = g.address()
    await deliver({ id: newId(), email: alone })
    for (const run of await g.runsOf(id)) assert.equal(run.status, 'completed', JSON.stringify(run.error))
    assert.deepEqual(titles(await g.activitiesOf({ personId: await g.person(alone) })), [`Write to ${alone}`])
  })

  template('bad_address', 'tags the person and asks for another way', async begin => {
    const [id, email] = [await begin({ owner: g.owner.email }), g.address()]
    const leadId = await g.lead(email)
    await g.asOwner(ctx =>
      publish(ctx, emailFailed, {
        subjects: [{ type: 'lead', id: leadId }],
        payload: { messageId: newId(), to: email, subject: 'Hello', leadId, reason: 'No such mailbox.' },
      }),
    )
    await g.completed(id)
    const personId = await g.person(email)
    assert.deepEqual((await g.readRecord('person', personId)).tags, ['bad address'])
    const [task] = await g.activitiesOf({ personId })
    assert.match(task?.body ?? '', /was refused: No such mailbox\.$/)
  })

  template('won_hand_over', 'completes what was open and plans the hand-over', async begin => {
    const id = await begin({ invoice: g.owner.email })
    const dealId = await g.make('deal', { name: 'Hand over', value: { amount: 125_000, currency: 'EUR' } })
    const records = [{ object: 'deal' as const, id: dealId }]
    await g.asOwner(ctx =>
      createActivity(ctx, { kind: 'task', title: 'Send offer', body: '', priority: 'normal', records }),
    )
    await stage(dealId, 'Closed won')
    await g.completed(id)
    const tasks = await g.activitiesOf({ dealId })
    assert.deepEqual(
      Object.fromEntries(tasks.map(({ title, completedAt }) => [title, completedAt === null])),
      {
        'Send offer': false,
        'Plan the kick-off of Hand over': true,
        'Introduce the team to the customer': true,
        'Write the invoice for Hand over': true,
      },
    )
    assert.ok(tasks.every(({ assigneeUserId }) => assigneeUserId === g.owner.userId))
    assert.match(String(await g.notices('Won: Hand over')), /€1,250\.00$/)
  })

  template('stale_deals', 'reminds once of each deal that stands still', async begin => {
    const [id, fresh, old] = [
      await begin(),
      await g.make('deal', { name: 'Fresh' }),
      await g.make('deal', { name: 'Old' }),
    ]
    await g.t.asSuperuser(
      `update crm.deals set stage_entered_at = now() - interval '20 days' where id = $1`,
      [old],
    )
    await g.atItsTime(id)
    assert.deepEqual(titles(await g.activitiesOf({ dealId: old })), ['Move Old on, or close it'])
    assert.deepEqual((await g.readRecord('deal', old)).tags, ['stale'])
    assert.deepEqual(await g.activitiesOf({ dealId: fresh }), [])
    assert.equal((await g.until(await g.start(id), 'completed', 'failed')).status, 'completed')
    assert.equal((await g.activitiesOf({ dealId: old })).length, 1)
  })

  template('deal_moves_again', 'takes the tag away from a deal that moves', async begin => {
    const id = await begin()
    const dealId = await g.make('deal', { name: 'Moves', tags: ['stale', 'vip'] })
    await stage(dealId, 'Proposal')
    await g.completed(id)
    assert.deepEqual((await g.readRecord('deal', dealId)).tags, ['vip'])
  })

  template('lost_check_in', 'asks again after a while, unless the deal is won', async begin => {
    const id = await begin({ days: 30 })
    const [lost, won] = [
      await g.make('deal', { name: 'Lost one' }),
      await g.make('deal', { name: 'Won later' }),
    ]
    for (const dealId of [lost, won]) await stage(dealId, 'Closed lost')
    const runs = await g.runsOf(id)
    assert.deepEqual(
      runs.map(({ status }) => status),
      ['waiting', 'waiting'],
    )
    await stage(won, 'Closed won')
    for (const run of runs) assert.equal((await g.afterWait(run)).status, 'completed')
    const [task] = await g.activitiesOf({ dealId: lost })
    assert.deepEqual(
      [task?.title, task?.body],
      ['Ask how it went without us: Lost one', 'Lost because of: Price.'],
    )
    assert.deepEqual(await g.activitiesOf({ dealId: won }), [])
  })

  template('discount_approval', 'asks owners, and does what they decide', async begin => {
    await g.ownField('deal', 'discount')
    const id = await begin({ limit: 15 })
    const decide = async (name: string, decision: 'approved' | 'rejected') => {
      const dealId = await g.make('deal', { name })
      await g.change('deal', dealId, { custom: { discount: 25 } })
      const run = (await g.runsOf(id)).find(({ status }) => status === 'waiting')
      const [asked] = await g.t.asSuperuser<{ id: string; title: string }>(
        'select id, title from flow.approvals where run_id = $1',
        [run?.id],
      )
      assert.equal(asked?.title, `25 percent off for ${name}?`)
      const params = { approvalId: asked?.id ?? '' }
      await g.server.client().call(decideApproval, { params, body: { decision, comment: 'At most 10.' } })
      const over = await g.until(run?.id ?? '', 'completed', 'failed')
      assert.equal(over.status, 'completed', JSON.stringify(over.error))
      return dealId
    }
    const small = await g.make('deal', { name: 'Small' })
    await g.change('deal', small, { custom: { discount: 5 } })
    assert.equal((await g.runOf(id)).status, 'completed')
    const yes = await decide('Yes', 'approved')
    assert.deepEqual((await g.readRecord('deal', yes)).tags, ['discount approved'])
    const [task] = await g.activitiesOf({ dealId: await decide('No', 'rejected') })
    assert.deepEqual([task?.title, task?.body], ['Take back the discount of No', 'At most 10.'])
  })

  template('overdue_deals', 'asks for a new day where one has passed', async begin => {
    const id = await begin({ timeZone: 'Europe/Paris' })
    const [late, soon] = [
      await g.make('deal', { name: 'Late', expectedCloseOn: '2026-01-05' }),
      await g.make('deal', { name: 'Soon', expectedCloseOn: '2199-01-01' }),
    ]
    await g.atItsTime(id)
    const [task] = await g.activitiesOf({ dealId: late })
    assert.deepEqual(
      [task?.title, task?.body],
      ['When will Late close?', 'It was expected on 5 January 2026.'],
    )
    assert.deepEqual(await g.activitiesOf({ dealId: soon }), [])
  })

  template('big_deal_alert', 'tells of a big deal and of no other', async begin => {
    const id = await begin({ cents: 1_000_000 })
    const big = await g.make('deal', { name: 'Big', value: { amount: 2_000_000, currency: 'EUR' } })
    await g.make('deal', { name: 'Little', value: { amount: 999_999, currency: 'EUR' } })
    for (const run of await g.runsOf(id)) assert.equal(run.status, 'completed')
    assert.deepEqual((await g.readRecord('deal', big)).tags, ['big deal'])
    assert.deepEqual(await g.notices('A big deal: Big'), ['€20,000.00'])
    assert.deepEqual(await g.notices('A big deal: Little'), [])
  })

  template('welcome_customer', 'writes to the person of a won deal and asks how it goes', async begin => {
    const [id, email] = [await begin({ subject: 'Welcome' }), g.address()]
    const personId = await g.person(email)
    const dealId = await g.make('deal', { name: 'Welcome', personId })
    await stage(dealId, 'Closed won')
    const run = await g.runOf(id)
    assert.deepEqual(
      [run.status, (await g.readRecord('person', personId)).lifecycleStage],
      ['waiting', 'active'],
    )
    assert.deepEqual(
      (await g.mailsTo(email)).map(({ subject }) => subject),
      ['Welcome'],
    )
    assert.equal((await g.afterWait(run)).status, 'completed')
    assert.deepEqual(titles(await g.activitiesOf({ personId })), ['Ask Pia Person how it goes'])
  })

  template(
    'satisfaction_follow_up',
    'thanks the happy, calls the unhappy, leaves the others',
    async begin => {
      const id = await begin({ owner: g.owner.email, subject: 'Tell others' })
      const [happy, unhappy, neither] = [g.address(), g.address(), g.address()]
      await g.lead(happy, { score: 9 })
      await g.lead(unhappy, { score: 2 })
      await g.lead(neither, { score: 7 })
      for (const run of await g.runsOf(id)) assert.equal(run.status, 'completed', JSON.stringify(run.error))
      const all = [happy, unhappy, neither]
      const mails = await Promise.all(all.map(async email => (await g.mailsTo(email)).length))
      assert.deepEqual(mails, [1, 0, 0])
      assert.deepEqual((await g.readRecord('person', await g.person(happy))).tags, ['promoter'])
      const tasks = await Promise.all(
        all.map(async email => titles(await g.activitiesOf({ personId: await g.person(email) }))),
      )
      assert.deepEqual(tasks, [[], ['Call Grace Hopper: 2 of 10'], []])
      assert.equal((await g.notices('Grace Hopper is unhappy: 2 of 10')).length, 1)
    },
  )

  template(
    'enrich_company',
    'writes down what the service knows, and says when it knows nothing',
    async begin => {
      const id = await begin({ url: `${g.web.url}/companies/` })
      g.web.answer = async ({ path }) =>
        path.endsWith('/known.example')
          ? { status: 200, body: JSON.stringify({ city: 'Lyon', employees: '11-50' }) }
          : { status: 404, body: '{}' }
      const make = (domain: string) =>
        g.make('company', { name: domain, websiteUrl: `https://${domain}`, country: 'FR' })
      const [known, unknown] = [await make('known.example'), await make('unknown.example')]
      await g.make('company', { name: 'Without a domain' })
      for (const run of await g.runsOf(id)) assert.equal(run.status, 'completed', JSON.stringify(run.error))
      const company = await g.readRecord('company', known)
      assert.deepEqual(
        [company.city, company.country, company.employeeRange, company.tags],
        ['Lyon', 'FR', '11-50', ['enriched']],
      )
      assert.deepEqual((await g.readRecord('company', unknown)).tags, ['not enriched'])
    },
  )

  template('high_score_alert', 'tells once of a person who passes the mark', async begin => {
    const id = await begin({ score: 50 })
    const personId = await g.person(g.address())
    await g.change('person', personId, { ownerUserId: g.owner.userId })
    for (const score of [20, 60, 70]) {
      await g.change('person', personId, { score })
      for (const run of await g.runsOf(id)) assert.equal(run.status, 'completed', JSON.stringify(run.error))
    }
    assert.deepEqual((await g.readRecord('person', personId)).tags, ['hot'])
    const [task, ...more] = await g.activitiesOf({ personId })
    assert.deepEqual(
      [task?.title, task?.assigneeUserId, more],
      ['Call Pia Person, score 60', g.owner.userId, []],
    )
  })

  template('re_engage_cold', 'writes to who went quiet, once, and to nobody else', async begin => {
    const id = await begin({ subject: 'Still there?' })
    const [quiet, recent, refused] = [g.address(), g.address(), g.address()]
    for (const [email, days] of [
      [quiet, 200],
      [recent, 2],
      [refused, 200],
    ] as const) {
      const personId = await g.person(email)
      const tags = email === refused ? ['no marketing'] : []
      await g.change('person', personId, { lifecycleStage: 'prospect', tags })
      await g.t.asSuperuser(
        `update crm.people set last_activity_at = now() - $2 * interval '1 day' where id = $1`,
        [personId, days],
      )
    }
    await g.atItsTime(id)
    const mails = await Promise.all(
      [quiet, recent, refused].map(async email => (await g.mailsTo(email)).length),
    )
    assert.deepEqual(mails, [1, 0, 0])
    assert.deepEqual((await g.readRecord('person', await g.person(quiet))).tags, ['re-engaged'])
  })

  template('consent_taken_back', 'tags the person and writes it down', async begin => {
    const id = await begin()
    const personId = await g.person(g.address())
    const say = (isGiven: boolean) =>
      g.server.client().call(recordConsent, { params: { personId }, body: { purpose: 'tracking', isGiven } })
    await say(true)
    await say(false)
    await g.completed(id)
    assert.deepEqual((await g.readRecord('person', personId)).tags, ['no marketing'])
    const [note] = await g.activitiesOf({ personId })
    assert.deepEqual([note?.kind, note?.title], ['note', 'Consent taken back'])
  })

  template('meeting_reminder', 'writes a day before, unless the meeting was called off', async begin => {
    const id = await begin({ subject: 'Tomorrow' })
    const [email, off] = [g.address(), g.address()]
    const startsAt = new Date(Date.now() + 7 * 86_400_000).toISOString()
    const plan = async (address: string) => {
      const records = [{ object: 'person' as const, id: await g.person(address) }]
      return g.asOwner(ctx =>
        createActivity(ctx, {
          kind: 'meeting',
          title: 'Demo',
          body: '',
          priority: 'normal',
          startsAt,
          records,
        }),
      )
    }
    await plan(email)
    const calledOff = await plan(off)
    const runs = await g.runsOf(id)
    assert.deepEqual(
      runs.map(({ status }) => status),
      ['waiting', 'waiting'],
    )
    await g.t.asSuperuser('update crm.activities set deleted_at = now() where id = $1', [calledOff])
    for (const run of runs) {
      const over = await g.afterWait(run)
      assert.equal(over.status, 'completed', JSON.stringify(over.error))
    }
    const mails = await Promise.all([email, off].map(async address => (await g.mailsTo(address)).length))
    assert.deepEqual(mails, [1, 0])
  })

  template('call_again', 'makes a task of a call nobody answered', async begin => {
    const id = await begin()
    const personId = await g.person(g.address())
    const records = [{ object: 'person' as const, id: personId }]
    for (const outcome of ['connected', 'no_answer'] as const)
      await g.asOwner(ctx =>
        createActivity(ctx, { kind: 'call', title: outcome, body: '', priority: 'normal', outcome, records }),
      )
    for (const run of await g.runsOf(id)) assert.equal(run.status, 'completed', JSON.stringify(run.error))
    const activities = await g.activitiesOf({ personId })
    assert.deepEqual(titles(activities), ['connected', 'no_answer', 'Call Pia Person again'])
    assert.equal(activities[2]?.assigneeUserId, g.owner.userId)
  })

  template('weekly_digest', 'says what was won, lost and new', async begin => {
    const to = g.address()
    const id = await begin({ to })
    const dealId = await g.make('deal', { name: 'Digested', value: { amount: 9_000_000, currency: 'EUR' } })
    await stage(dealId, 'Closed won')
    await g.atItsTime(id)
    const [mail] = await g.mailsTo(to)
    assert.match(mail?.subject ?? '', /^The week until \d+ \w+$/)
    assert.match(mail?.text ?? '', /^Won: \d+ .*Digested/)
    assert.match(mail?.text ?? '', /\n\nLost: \d+ /)
    assert.match(mail?.text ?? '', /\n\nNew people: \d+, among them /)
  })

  template('failed_workflow_alert', 'tells of a run that failed', async begin => {
    const id = await begin()
    const about = { runId: newId(), workflowId: newId(), leadId: null }
    await g.asOwner(ctx =>
      publish(ctx, workflowFailed, {
        subjects: [{ type: 'workflow', id: about.workflowId }],
        payload: { ...about, nodeId: null, reason: 'The other system did not answer.' },
      }),
    )
    await g.completed(id)
    assert.deepEqual(await g.notices('A workflow failed'), ['The other system did not answer.'])
  })
})
