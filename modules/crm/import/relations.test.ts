import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addMember, makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { createCompany } from '../company-writes.ts'
import { createField } from '../custom-fields/fields.ts'
import { createDeal } from '../deals/deal-changes.ts'
import { firstPipeline } from '../deals/factories.ts'
import { crmModule } from '../index.ts'
import { createPerson } from '../person-create.ts'
import type { RecordObject } from '../record-api.ts'
import { removeRecord } from '../record-removal.ts'
import { type Importer, imported, importer, uploaded } from './factories.ts'
import { previewImport } from './preview.ts'
import { rejectsFile } from './rejects.ts'

describe('a column that names other records', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
  })
  after(() => t.close())

  const relation = (who: Importer, label: string, relatesTo: RecordObject) =>
    who.within(ctx =>
      createField(ctx, {
        object: 'person',
        label,
        kind: 'relation',
        relatesTo,
        help: null,
        options: [],
        isRequired: false,
        group: '',
      }),
    )
  const relationsOf = async ({ orgId }: Importer, ids: Readonly<Record<string, string>>) => {
    const names = Object.fromEntries(Object.entries(ids).map(([name, id]) => [id, name]))
    const found = await t.asSuperuser<{ name: string; custom: Record<string, string> }>(
      `select first_name as name, custom from crm.people where org_id = $1 and last_name = 'New' order by first_name`,
      [orgId],
    )
    return found.map(({ name, custom }) => [
      name,
      ...Object.entries(custom).map(([key, id]) => `${key} ${names[id] ?? id}`),
    ])
  }

  it('finds people, companies and deals by id, address and name', async () => {
    const who = await importer(t)
    await relation(who, 'Mentor', 'person')
    await relation(who, 'Agency', 'company')
    await relation(who, 'Project', 'deal')
    const ids = await who.within(async ctx => {
      const zoe = await createPerson(ctx, { firstName: 'Zoé', lastName: 'Brûlé', email: 'zoe@mill.example' })
      const mill = await createCompany(ctx, {
        name: 'Moulin Vert',
        websiteUrl: 'https://www.mill.example/fr',
      })
      const { pipeline } = await firstPipeline(t.kit, who.orgId)
      const roof = await createDeal(ctx, { name: 'New roof', pipelineId: pipeline.id })
      return { zoe, mill, roof }
    })
    const rows = [
      'First name;Last name;Mentor;Agency;Project',
      `A;New;${ids.zoe.toUpperCase()};${ids.mill};${ids.roof}`,
      'B;New;Zoe@Mill.example;mill.example;new  ROOF',
      'C;New;zoe brule;https://mill.example/contact;',
      'D;New;Brûlé Zoé;MOULIN VERT;',
      'E;New;;;',
    ].join('\n')
    const checked = await uploaded(t, who, rows)
    assert.deepEqual(
      checked.mapping.map(({ field }) => field),
      ['firstName', 'lastName', 'custom.mentor', 'custom.agency', 'custom.project'],
    )
    assert.deepEqual(checked.findings?.problems, [])
    const preview = await who.within(ctx => previewImport(ctx, checked.id))
    assert.equal(preview[1]?.person?.['custom.mentor'], ids.zoe)
    const done = await imported(t, who, rows)
    assert.deepEqual([done.counts.peopleCreated, done.counts.partly], [5, 0])
    const both = ['mentor zoe', 'agency mill']
    assert.deepEqual(
      (await relationsOf(who, ids)).map(([name, ...those]) => [name, ...those.sort()]),
      [
        ['A', ...both, 'project roof'].sort(),
        ['B', ...both, 'project roof'].sort(),
        ['C', ...both].sort(),
        ['D', ...both].sort(),
        ['E'],
      ],
    )
  })

  it('says which names fit nothing or several, and leaves out the value or the row', async () => {
    const who = await importer(t)
    await relation(who, 'Mentor', 'person')
    await relation(who, 'Agency', 'company')
    const ids = await who.within(async ctx => ({
      first: await createPerson(ctx, { firstName: 'Ann', lastName: 'Lee' }),
      second: await createPerson(ctx, { firstName: 'Ann', lastName: 'Lee' }),
      third: await createPerson(ctx, { firstName: 'Lee', lastName: 'Ann', email: 'lee@example.com' }),
      east: await createCompany(ctx, { name: 'East', websiteUrl: 'https://group.example' }),
      west: await createCompany(ctx, { name: 'West', websiteUrl: 'https://group.example' }),
    }))
    const nobody = crypto.randomUUID()
    const rows = [
      'First name,Last name,Mentor,Agency',
      'A,New,Ann Lee,group.example',
      'B,New,Nobody,nowhere.example',
      `C,New,${nobody},East`,
      'D,New,lee@example.com,West',
      `E,New,${ids.second},${'x'.repeat(501)}`,
    ].join('\n')
    const done = await imported(t, who, rows)
    assert.deepEqual(
      done.findings?.problems.map(({ code, column, severity, count, examples }) => [
        code,
        column,
        severity,
        count,
        ...examples.map(({ line }) => line),
      ]),
      [
        ['unknown_record', 2, 'value', 2, 3, 4],
        ['unknown_record', 3, 'value', 2, 3, 6],
        ['several_records', 2, 'value', 1, 2],
        ['several_records', 3, 'value', 1, 2],
      ],
    )
    assert.deepEqual(await relationsOf(who, ids), [
      ['A'],
      ['B'],
      ['C', 'agency east'],
      ['D', 'agency west', 'mentor third'],
      ['E', 'mentor second'],
    ])
    const { body } = await who.within(ctx => rejectsFile(ctx, done.id))
    const lines = Buffer.concat(await Array.fromAsync(body))
      .toString('utf8')
      .split('\r\n')
    assert.equal(
      lines[1],
      '2,in part,Mentor: Several records have this name or address. Write the ID of the one that is meant. ' +
        'Agency: Several records have this name or address. Write the ID of the one that is meant.,A,New,Ann Lee,group.example',
    )
    assert.match(lines[2] ?? '', /^3,in part,"?Mentor: There is no record with this name, address or ID\./)
    const strict = await imported(t, who, rows.replaceAll(',New,', ',Newer,'), {
      policy: { faulty: 'skip_row' },
    })
    assert.deepEqual([strict.counts.peopleCreated, strict.counts.refused], [1, 4])
  })

  it('takes the ids of an export before the names beside them', async () => {
    const who = await importer(t)
    await relation(who, 'Mentor', 'person')
    const twins = await who.within(async ctx => ({
      one: await createPerson(ctx, { firstName: 'Ann', lastName: 'Lee' }),
      two: await createPerson(ctx, { firstName: 'Ann', lastName: 'Lee' }),
    }))
    const done = await imported(
      t,
      who,
      `First name,Last name,Mentor,Mentor (ID)\nA,New,Ann Lee,${twins.two}\n`,
    )
    assert.deepEqual(
      done.mapping.map(({ field }) => field),
      ['firstName', 'lastName', null, 'custom.mentor'],
    )
    assert.deepEqual(await relationsOf(who, twins), [['A', 'mentor two']])
  })

  it('finds nothing that whoever imports does not see, and nothing that is deleted', async () => {
    const owner = await importer(t)
    await relation(owner, 'Mentor', 'person')
    const hidden = await owner.within(ctx =>
      createPerson(ctx, { firstName: 'Ida', lastName: 'Hidden', email: 'ida@example.com' }),
    )
    const colleague = await makeOwner(t.kit)
    await addMember(t.kit, owner.orgId, colleague.userId, 'member')
    await t.asSuperuser(
      `insert into iam.access_settings (org_id, role, object, level) values ($1, 'member', 'person', 'own')`,
      [owner.orgId],
    )
    const who = await importer(t, {
      person: { ...colleague, orgId: owner.orgId },
      actor: { type: 'user', userId: colleague.userId },
      visibility: { person: { owners: [colleague.userId], writable: [], readable: [] } },
    })
    const rows = `First name,Last name,Mentor\nA,New,${hidden}\nB,New,ida@example.com\nC,New,Ida Hidden\n`
    const narrowed = await imported(t, who, rows)
    assert.deepEqual(
      narrowed.findings?.problems.map(({ code, count }) => [code, count]),
      [['unknown_record', 3]],
    )
    assert.deepEqual(await relationsOf(owner, {}), [['A'], ['B'], ['C']])
    await owner.within(ctx => removeRecord(ctx, 'person', hidden))
    const gone = await uploaded(t, owner, rows.replaceAll('A,New', 'A,Newer'))
    assert.deepEqual(
      gone.findings?.problems.map(({ code, count }) => [code, count]),
      [['unknown_record', 3]],
    )
  })
})
