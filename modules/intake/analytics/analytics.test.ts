import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { newId } from '#platform/ids.ts'
import { Seeded } from '#platform/seeded.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import type { Form } from '../contract.ts'
import { asSystem, goodAnswers, makeForm, PROJECT_FORM } from '../factories.ts'
import { issueFormToken } from '../form-token.ts'
import { saveForm } from '../forms.ts'
import { intakeModule } from '../index.ts'
import { releaseQuarantined } from '../spam/quarantine.ts'
import { submitForm } from '../submissions.ts'
import type { AnalyticsQuery, FormAnalytics } from './analytics-api.ts'
import { readFormAnalytics } from './figures.ts'
import { foldShowings } from './fold.ts'
import { sourceName } from './showing-source.ts'

const modules = [iamModule, crmModule, intakeModule]

interface Report {
  source?: string
  device?: string
  entered?: string[]
  lastField?: string | null
}

describe('how a form is used', () => {
  let t: TestKit
  let server: TestServer
  let orgId: string
  before(async () => {
    t = await testKit({ modules, frozenAt: new Date() })
    server = await testServer(t, modules)
    orgId = (await makeOwner(t.kit)).orgId
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const newForm = () => makeForm(t.kit, orgId)
  const postJson = (path: string, body: unknown, headers = {}) =>
    server.raw(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  const report = async (form: Form, token: string, said: Report = {}) => {
    const answer = await postJson(`/f/${form.key}/progress`, { token, ...said })
    assert.equal(answer.status, 204, await answer.text())
  }
  /** A page that was opened, and looked at. */
  const show = async (form: Form, said: Report = {}) => {
    const shown = issueFormToken(t.kit, form.id)
    await report(form, shown.token, said)
    return shown
  }
  const sendPage = (form: Form, shown: { submissionId: string }, email = address()) =>
    submitForm(t.kit, {
      formKey: form.key,
      submissionId: shown.submissionId,
      answers: goodAnswers(email),
      address: '192.0.2.1',
      page: { source: '' },
    })
  const address = () => `${newId()}@example.com`
  const read = (form: Form, query: AnalyticsQuery = {}) =>
    asSystem(t.kit, orgId, ctx => readFormAnalytics(ctx, form.workflowId, query))
  const countsOf = ({ views, starts, completions }: FormAnalytics | FormAnalytics['versions'][number]) => [
    views,
    starts,
    completions,
  ]
  const fieldsOf = (figures: FormAnalytics) =>
    Object.fromEntries(
      figures.fields.flatMap(({ key, entered, left }) => (entered > 0 ? [[key, [entered, left]]] : [])),
    )
  /** A change of the past, which is not noted as one of now. */
  const untouched = (sql: string) => t.asSuperuser(`set session_replication_role = replica; ${sql}`)
  /** As if so many hours had gone by for everything that is open. */
  const passTime = (hours: number) =>
    t.asSuperuser(
      `update intake.form_showings set created_at = created_at - make_interval(hours => $1),
         started_at = started_at - make_interval(hours => $1), completed_at = completed_at - make_interval(hours => $1)`,
      [hours],
    )

  it('counts views, starts, fields and completions, and reads the same before and after they are folded', async () => {
    const form = await newForm()
    await show(form)
    await show(form, { entered: ['name'], lastField: 'name', source: 'Letter', device: 'phone' })
    const left = await show(form, { entered: ['name'], lastField: 'name', source: 'letter', device: 'phone' })
    await report(form, left.token, { entered: ['name', 'email'], lastField: 'email' })
    const sent = await show(form, {
      entered: ['name', 'email', 'budget'],
      lastField: 'budget',
      device: 'desktop',
    })
    await sendPage(form, sent)
    await untouched(`update intake.form_showings set updated_at = updated_at - interval '31 minutes'`)
    const open = await read(form)
    assert.deepEqual(countsOf(open), [4, 3, 1])
    assert.deepEqual(fieldsOf(open), { name: [3, 1], email: [2, 1], budget: [1, 0] })
    assert.deepEqual(open.sources, [
      { source: 'direct', views: 2, starts: 1, completions: 1 },
      { source: 'letter', views: 2, starts: 2, completions: 0 },
    ])
    assert.deepEqual(open.devices.map(({ device, views }) => [device, views]).sort(), [
      ['desktop', 1],
      ['phone', 2],
      ['unknown', 1],
    ])
    assert.equal(open.days.length, 30)
    assert.deepEqual(open.days.at(-1), { day: open.to, views: 4, starts: 3, completions: 1 })
    assert.ok((open.medianSeconds ?? -1) >= 0)

    await foldShowings(t.kit)
    assert.equal((await rowsOf(form)).length, 4, 'what can still change is not folded')
    await untouched(
      `update intake.form_showings set completed_at = completed_at - interval '2 hours', started_at = started_at - interval '2 hours'`,
    )
    await foldShowings(t.kit)
    assert.equal((await rowsOf(form)).length, 3, 'what was sent an hour ago is')
    assert.deepEqual(countsOf(await read(form)), [4, 3, 1])
    await untouched(`update intake.form_showings set created_at = created_at - interval '26 hours'`)
    const moved = await read(form)
    await foldShowings(t.kit, 2)
    assert.equal((await rowsOf(form)).length, 0)
    assert.deepEqual(await read(form), moved)
    assert.deepEqual(countsOf(moved), [4, 3, 1])
  })

  const rowsOf = (form: Form) =>
    t.asSuperuser<{ entered: string[]; source: string; is_program: boolean }>(
      'select entered, source, is_program from intake.form_showings where form_id = $1',
      [form.id],
    )

  it('takes late, repeated and shrunken reports for what they are', async () => {
    const form = await newForm()
    const shown = await show(form, { entered: ['name', 'email'], lastField: 'email' })
    await report(form, shown.token, { entered: ['name'], lastField: 'name' })
    await report(form, shown.token, { entered: ['name', 'email'], lastField: 'email' })
    assert.deepEqual(
      (await rowsOf(form)).map(({ entered }) => entered),
      [['name', 'email']],
    )
    await sendPage(form, shown)
    await report(form, shown.token, { entered: ['name', 'email', 'budget'], lastField: 'budget' })
    assert.deepEqual(countsOf(await read(form)), [1, 1, 1])
    assert.deepEqual(fieldsOf(await read(form)), { name: [1, 0], email: [1, 0] })
    // When it was counted and is gone, a report that comes later still brings nothing back.
    await passTime(2)
    await foldShowings(t.kit)
    await report(form, shown.token, { entered: ['name', 'email', 'budget'] })
    assert.deepEqual(await rowsOf(form), [])
    assert.deepEqual(countsOf(await read(form)), [1, 1, 1])
  })

  it('counts a page without script when it is sent, and where its address says it came from', async () => {
    const form = await newForm()
    const text = await (await server.raw(`/f/${form.key}`)).text()
    const token = /name="_token" value="([^"]*)"/.exec(text)?.[1] ?? ''
    t.clock.advance(20_000)
    const answers = Object.entries({ ...goodAnswers(address()), message: '', _website: '' }).map(
      ([key, value]) => [key, String(value)],
    )
    const post = (fields: string[][]) =>
      server.raw(`/f/${form.key}`, {
        method: 'POST',
        body: new URLSearchParams(fields as [string, string][]),
        headers: {
          referer: `${server.url}/f/${form.key}?utm_source=Newsletter`,
          'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
          'accept-language': 'en',
          origin: 'null',
        },
      })
    assert.equal((await post([...answers, ['_token', token]])).status, 303)
    const figures = await read(form)
    assert.deepEqual(countsOf(figures), [1, 1, 1])
    assert.deepEqual(
      figures.sources.map(({ source }) => source),
      ['newsletter'],
    )
    assert.deepEqual([figures.medianSeconds, figures.devices[0]?.device], [null, 'unknown'])
  })

  it('counts no program: not one that falls for the trap, nor one without the token of a page', async () => {
    const form = await newForm()
    const trapped = await show(form, { entered: ['name'] })
    const fields = { _token: trapped.token, _website: 'https://spam.example', name: 'Bot' }
    const post = await server.raw(`/f/${form.key}`, { method: 'POST', body: new URLSearchParams(fields) })
    assert.equal(post.status, 303)
    await report(form, trapped.token, { entered: ['name', 'email'] })
    assert.deepEqual(countsOf(await read(form)), [0, 0, 0])
    const direct = { submissionId: newId(), answers: goodAnswers(address()) }
    assert.equal((await postJson(`/v1/public/forms/${form.key}/submissions`, direct)).status, 201)
    assert.deepEqual(countsOf(await read(form)), [0, 0, 0])
    await passTime(26)
    await foldShowings(t.kit)
    assert.deepEqual(await rowsOf(form), [])
    assert.deepEqual(countsOf(await read(form)), [0, 0, 0])
  })

  it('counts what was held back once somebody lets it in', async () => {
    for (const isFolded of [false, true]) {
      const form = await newForm()
      const shown = await show(form, { entered: ['name'] })
      t.clock.advance(20_000)
      const texts = Object.entries(goodAnswers(address())).map(([key, value]) => [key, String(value)])
      const fields = [...texts, ['_token', shown.token], ['_website', 'filled in by an extension']]
      const body = new URLSearchParams(fields as [string, string][])
      assert.equal((await server.raw(`/f/${form.key}`, { method: 'POST', body })).status, 303)
      assert.deepEqual(countsOf(await read(form)), [0, 0, 0])
      if (isFolded) {
        await passTime(26)
        await foldShowings(t.kit)
      }
      const [held] = await t.asSuperuser<{ id: string }>(
        'select id from intake.quarantined_submissions where form_id = $1',
        [form.id],
      )
      await asSystem(t.kit, orgId, ctx => releaseQuarantined(ctx, held?.id ?? ''))
      assert.deepEqual(countsOf(await read(form)), [1, 1, 1])
    }
  })

  it('takes reports with a token of this form only, bounded, and for fields that it has', async () => {
    const [form, other] = [await newForm(), await newForm()]
    const { token } = issueFormToken(t.kit, form.id)
    const status = async (body: unknown, key = form.key) =>
      (await postJson(`/f/${key}/progress`, body)).status
    assert.equal(await status({ token: issueFormToken(t.kit, other.id).token }), 422)
    assert.equal(await status({ token: 'x.y.z' }), 422)
    assert.equal(await status({ token, entered: Array.from({ length: 201 }, () => 'name') }), 422)
    assert.equal(await status({ token, entered: ["name'; drop table"] }), 422)
    assert.equal(await status({ token, more: 1 }), 422)
    assert.equal(await status({ token }, 'bcdfghjkmnpqrstvwxz2345678'), 404)
    assert.equal(await status({ token, source: 'x'.repeat(40_000) }), 413)
    const crossSite = await postJson(`/f/${form.key}/progress`, { token }, { 'sec-fetch-site': 'cross-site' })
    assert.equal(crossSite.status, 403)
    assert.deepEqual(await rowsOf(form), [])
    await report(form, token, { entered: ['name', 'nothing', 'name'], lastField: 'nothing' })
    assert.deepEqual(fieldsOf(await read(form)), { name: [1, 0] })
    t.clock.advance(25 * 3_600_000)
    assert.equal(await status({ token }), 422)
  })

  it('keeps no name of a source that could be somebody', async () => {
    const names = ['Newsletter', 'news.example.com', 'spring sale', '', 'grace@example.com', '+33612345678']
    const odd = [
      "'; drop table x",
      '<script>',
      'x'.repeat(61),
      'https://example.com/?id=1',
      'été',
      'id 1234567',
    ]
    assert.deepEqual(names.map(sourceName), [
      'newsletter',
      'news.example.com',
      'spring sale',
      'direct',
      'other',
      'other',
    ])
    assert.deepEqual(odd.map(sourceName), ['other', 'other', 'other', 'other', 'été', 'other'])
  })

  it('counts fifty sources of a day by name and the rest together', async () => {
    const form = await newForm()
    const rows = async (from: number, to: number) => {
      await t.asSuperuser(
        `insert into intake.form_showings (org_id, form_id, submission_id, version, source, device, created_at)
         select $1, $2, gen_random_uuid(), 1, 'source ' || n, 'phone', now() - interval '26 hours'
         from generate_series($3::int, $4::int) n, generate_series(1, 1 + n % 2)`,
        [orgId, form.id, from, to],
      )
      await foldShowings(t.kit)
    }
    await rows(1, 40)
    await rows(31, 80)
    const named = await t.asSuperuser<{ source: string; views: number }>(
      'select source, sum(views)::int as views from intake.form_figures where form_id = $1 group by source',
      [form.id],
    )
    assert.equal(named.filter(({ source }) => source !== 'other').length, 50)
    assert.equal(
      named.reduce((sum, { views }) => sum + views, 0),
      60 + 75,
    )
    assert.ok((named.find(({ source }) => source === 'other')?.views ?? 0) > 0)
  })

  it('compares versions, and shows one of them alone', async () => {
    const workflowId = newId()
    const form = await makeForm(t.kit, orgId, { workflowId })
    await sendPage(form, await show(form, { entered: ['name'] }))
    const next = await asSystem(t.kit, orgId, ctx =>
      saveForm(ctx, workflowId, {
        ...PROJECT_FORM,
        title: 'Another title',
        fields: PROJECT_FORM.fields.slice(0, 2),
      }),
    )
    await show(next, { entered: ['name'] })
    await show(next)
    const [first, second] = [form.publishedVersion ?? form.version, next.publishedVersion ?? next.version]
    const all = await read(form)
    assert.deepEqual(countsOf(all), [3, 2, 1])
    assert.deepEqual(
      all.versions.map(row => [row.version, ...countsOf(row)]),
      [
        [second, 2, 1, 0],
        [first, 1, 1, 1],
      ],
    )
    const only = await read(form, { version: second })
    assert.deepEqual(countsOf(only), [2, 1, 0])
    assert.deepEqual(fieldsOf(only), { name: [1, 0] })
    assert.deepEqual(
      [only.medianSeconds, only.versions.length, only.days.find(({ views }) => views > 0)?.views],
      [null, 2, 2],
    )
    assert.equal(only.sources[0]?.views, 2)
  })

  it('reads spans of days, and no senseless ones', async () => {
    const form = await newForm()
    await show(form)
    const past = await read(form, { from: '2024-01-01', to: '2024-12-31' })
    assert.deepEqual([past.views, past.days.length], [0, 366])
    await assert.rejects(read(form, { from: '2024-02-01', to: '2024-01-01' }), {
      code: 'intake.invalid_span',
    })
    await assert.rejects(read(form, { from: '2020-01-01', to: '2024-01-01' }), {
      code: 'intake.invalid_span',
    })
    await assert.rejects(
      asSystem(t.kit, orgId, ctx => readFormAnalytics(ctx, newId(), {})),
      { code: 'request.not_found' },
    )
    const stranger = await makeOwner(t.kit)
    await assert.rejects(
      asSystem(t.kit, stranger.orgId, ctx => readFormAnalytics(ctx, form.workflowId, {})),
      { code: 'request.not_found' },
    )
  })

  it('adds up to what happened, whoever counts while it happens', async () => {
    const form = await newForm()
    const chance = new Seeded(7)
    const expected = { views: 0, starts: 0, completions: 0 }
    const visit = async () => {
      const kind = chance.pick(['looked', 'began', 'sent'] as const)
      expected.views++
      if (kind === 'looked') return void (await show(form))
      expected.starts++
      const shown = await show(form, { entered: ['name'] })
      if (kind === 'began') return
      expected.completions++
      await sendPage(form, shown)
    }
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 12 }, visit))
      await passTime(round % 2 === 0 ? 26 : 2)
      await Promise.all([foldShowings(t.kit, 3), foldShowings(t.kit, 3), foldShowings(t.kit)])
      const { views, starts, completions } = await read(form)
      assert.deepEqual({ views, starts, completions }, expected)
    }
  })
})
