import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { iamModule } from '#modules/iam/index.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { createCompany } from '../company-writes.ts'
import { createField } from '../custom-fields/fields.ts'
import { type Importer, imported, importer, runJobs } from '../import/factories.ts'
import { crmModule } from '../index.ts'
import { createPerson } from '../person-create.ts'
import { csvLine } from './csv.ts'
import { ExportRequest } from './export-api.ts'
import { getExport, openExport, requestExport } from './exports.ts'

describe('an export', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
  })
  after(() => t.close())

  async function exported(who: Importer, request: Partial<ExportRequest>) {
    const asked = await who.within(ctx =>
      requestExport(ctx, ExportRequest.parse({ object: 'person', ...request })),
    )
    await runJobs(t, who.orgId)
    const done = await who.within(ctx => getExport(ctx, asked.id))
    const { body, bytes } = await who.within(ctx => openExport(ctx, asked.id))
    const content = Buffer.concat(await Array.fromAsync(body))
    assert.deepEqual([done.status, done.bytes, content.length], ['done', bytes, bytes])
    return { done, text: content.toString('utf8') }
  }

  const field = (who: Importer, object: 'person' | 'company', draft: object) =>
    who.within(ctx =>
      createField(ctx, {
        object,
        label: 'Field',
        kind: 'text',
        help: null,
        options: [],
        isRequired: false,
        group: '',
        ...draft,
      }),
    )

  it('guards every cell that a spreadsheet would run, and no number', () => {
    const cells = [
      '=1+1',
      '+cmd',
      '-x',
      '@a',
      '\ta',
      '\ra',
      '\na',
      '＝1',
      '＋1',
      '－1',
      '＠1',
      "'=1",
      '-5',
      '+33612345678',
      '-1.5',
      'a=b',
    ]
    assert.deepEqual(
      csvLine(cells)
        .trimEnd()
        .split(/,(?=["'\w+-])/)
        .map(cell => cell.replace(/^"|"$/g, '')),
      [
        "'=1+1",
        "'+cmd",
        "'-x",
        "'@a",
        "'\ta",
        "'\ra",
        "'\na",
        "'＝1",
        "'＋1",
        "'－1",
        "'＠1",
        "''=1",
        '-5',
        '+33612345678',
        '-1.5',
        'a=b',
      ],
    )
  })

  it('taken in again changes nothing, in both ways of writing', async () => {
    const who = await importer(t)
    await field(who, 'person', { label: 'Phone', key: 'second_phone', kind: 'phone' })
    await field(who, 'person', { label: 'Budget', kind: 'money' })
    await field(who, 'person', { label: 'Weight', kind: 'number' })
    await field(who, 'person', { label: 'Born', kind: 'date' })
    await field(who, 'person', { label: 'Seen', kind: 'time' })
    await field(who, 'person', {
      label: 'Colors',
      kind: 'multi_select',
      options: [
        { label: 'Red; dark', color: 'neutral', isArchived: false },
        { label: 'Blue', color: 'neutral', isArchived: false },
      ],
    })
    await field(who, 'person', { label: 'Mentor', kind: 'relation', relatesTo: 'person' })
    await field(who, 'company', { label: 'Size', kind: 'number' })
    const mill = await who.within(ctx =>
      createCompany(ctx, {
        name: '=Mill',
        siren: '732829320',
        nafCode: '10.61A',
        websiteUrl: 'https://www.mill.example',
        annualRevenue: { amount: 125_050, currency: 'EUR' },
        phones: ['01 23 45 67 89', '+33612345678'],
        growing: false,
        street: '1, rue "A"',
        city: 'Paris',
        custom: { size: 1.234 },
      }),
    )
    const ada = await who.within(ctx =>
      createPerson(ctx, {
        firstName: '-Ada',
        lastName: "O'Hara\nJr",
        email: 'Ada@Mill.example',
        emailStatus: 'valid',
        title: 'Head; of "all"',
        companyId: mill,
        phone: '0612345678',
        tags: ['a,b', 'c'],
        score: -3,
        externalId: '007',
        custom: {
          second_phone: '+33712345678',
          budget: { amount: -5, currency: 'JPY' },
          weight: 1.234,
          born: '2001-02-03',
          seen: '2026-01-02T03:04:05.000Z',
          colors: ['red_dark'],
        },
      }),
    )
    await who.within(ctx => createPerson(ctx, { firstName: 'Bea', custom: { mentor: ada, weight: 1234.5 } }))
    const all = async () =>
      t.asSuperuser(
        `select to_jsonb(p) as row from crm.people p where org_id = $1 union all select to_jsonb(o) from crm.positions o where org_id = $1
       union all select to_jsonb(c) from crm.companies c where org_id = $1`,
        [who.orgId],
      )
    const was = await all()
    for (const delimiter of [',', ';'] as const)
      for (const object of ['person', 'company'] as const) {
        const { text, done } = await exported(who, { object, delimiter, mark: true })
        assert.equal(done.rows, object === 'person' ? 2 : 1)
        const back = await imported(t, who, text, { object, policy: { known: 'overwrite' } })
        assert.deepEqual(back.findings?.problems, [], text)
        assert.equal(back.counts.unchanged, done.rows, `${JSON.stringify(back.counts)} ${text}`)
        assert.deepEqual(await all(), was)
      }
  })

  it('is complete over pages, in the order and columns that were asked for, and somebody else finds no such thing', async () => {
    const who = await importer(t)
    const rows = Array.from({ length: 1_203 }, (_, n) => `P${String(n).padStart(4, '0')},p${n}@x.example`)
    await imported(t, who, `First name,Email\n${rows.join('\n')}`)
    const { done, text } = await exported(who, {
      fields: ['email', 'firstName'],
      sort: 'firstName',
    })
    const lines = text.trimEnd().split('\r\n')
    assert.deepEqual(
      [done.rows, lines.length, lines[0], lines[1], lines.at(-1)],
      [1_203, 1_204, 'E-mail,First name', 'p0@x.example,P0000', 'p1202@x.example,P1202'],
    )
    const some = await exported(who, { fields: ['firstName'], filter: 'firstName:contains:P01' })
    assert.equal(some.done.rows, 100)
    const other = await importer(t)
    await assert.rejects(
      other.within(ctx => getExport(ctx, done.id)),
      /request.not_found/,
    )
    await assert.rejects(
      who.within(ctx => requestExport(ctx, ExportRequest.parse({ object: 'person', fields: ['secret'] }))),
      /crm.export_unknown_field/,
    )
    await assert.rejects(
      who.within(ctx => requestExport(ctx, ExportRequest.parse({ object: 'person', filter: 'secret:is:1' }))),
      /request.invalid/,
    )
    const audited = await t.asSuperuser(
      'select action from audit.entries where org_id = $1 and action like $2 order by number',
      [who.orgId, '%export%'],
    )
    assert.deepEqual(
      audited.map(({ action }) => action),
      ['records.exported', 'export.written', 'records.exported', 'export.written'],
    )
  })
})
