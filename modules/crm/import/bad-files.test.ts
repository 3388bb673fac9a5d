import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addMember, makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { AppError } from '#platform/errors.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { createField } from '../custom-fields/fields.ts'
import { crmModule } from '../index.ts'
import { createPerson } from '../person-create.ts'
import { type Importer, imported, importer, runJobs, uploaded } from './factories.ts'
import { changeImport, startImport } from './import-acts.ts'
import { createImport, getImport, listImports } from './imports.ts'
import { previewImport } from './preview.ts'
import { rejectsFile } from './rejects.ts'
import { receivePart } from './upload.ts'

const code = (expected: string) => (error: unknown) => error instanceof AppError && error.code === expected

describe('a file that is not as it should be', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({
      modules: [iamModule, crmModule],
      env: { IMPORT_MEGABYTES: '1', IMPORT_ROWS: '5000' },
    })
  })
  after(() => t.close())

  const counted = async (table: string, { orgId }: Importer) =>
    (
      await t.asSuperuser<{ n: number }>(`select count(*)::int as n from crm.${table} where org_id = $1`, [
        orgId,
      ])
    )[0]?.n

  it('is refused where it is no table, and says why', async () => {
    const who = await importer(t)
    const files = [
      'PK\u0003\u0004[Content_Types].xml',
      'PK\u0003\u0004people.csv',
      '%PDF-1.7',
      '\n\n  \n',
      Array.from({ length: 1_000 }, (_, n) => `c${n}`).join(','),
    ]
    for (const content of files)
      await assert.rejects(uploaded(t, who, content), code('crm.import_no_table'), content.slice(0, 20))
    const large = { object: 'person', fileName: 'a.csv', fileBytes: 1_048_577 } as const
    await assert.rejects(
      who.within(ctx => createImport(ctx, large)),
      code('crm.import_too_large'),
    )
  })

  it('cannot be started while something in it cannot be read, and the line is said', async () => {
    const who = await importer(t)
    const files: [string, RegExp][] = [
      ['Name,Email\n', /no rows/],
      ['Name,Email\nAda,a@example.com\n"Bea,b@example.com\nCid,c@example.com', /opens in line 3/],
      [`Name,Email\n${'a,b\n'.repeat(5_001)}`, /more than 5,000 rows/],
    ]
    for (const [content, words] of files) {
      const { id, findings } = await uploaded(t, who, content)
      assert.match(findings?.failure ?? '', words)
      await assert.rejects(
        who.within(ctx => startImport(ctx, id)),
        code('crm.import_unchecked'),
      )
    }
    assert.equal(await counted('people', who), 0)
  })

  it('says of every row what was left out, and gives it back as a file', async () => {
    const who = await importer(t)
    const rows = [
      'Name,Email,SIRET siège,Company',
      'Ada A,ada@example.com,"1,23E+13",Mill',
      'Bea B,nonsense,,=cmd()',
      ',,,',
      'Cid C,cid@example.com,,Mill,extra',
      ',,73282932000075,',
      'N\u0000ul,nul@example.com,,',
    ]
    const done = await imported(t, who, rows.join('\r\n'))
    assert.deepEqual(
      done.findings?.problems.map(({ code: each, severity, count, examples }) => [
        each,
        severity,
        count,
        examples[0]?.line,
      ]),
      [
        ['too_many_cells', 'row', 1, 5],
        ['nothing', 'row', 1, 6],
        ['excel_number', 'value', 1, 2],
        ['invalid_email', 'value', 1, 3],
        ['check_digit', 'value', 1, 6],
        ['control_character', 'value', 1, 7],
      ],
    )
    const { counts } = done
    assert.deepEqual([counts.peopleCreated, counts.refused, counts.partly], [3, 2, 3])
    const { body } = await who.within(ctx => rejectsFile(ctx, done.id))
    const text = Buffer.concat(await Array.fromAsync(body)).toString('utf8')
    assert.match(
      text,
      /^\uFEFFLine,Taken in,Reason,Name,Email,SIRET siège,Company\r\n2,in part,SIRET of the head office|^\uFEFFLine,/,
    )
    assert.match(
      text,
      /5,no,The row has more cells than there are columns\.,Cid C,cid@example\.com,,Mill,extra/,
    )
    assert.match(text, /3,in part,E-mail: This is no e-mail address\.,Bea B,nonsense,,'=cmd\(\)|"'=cmd\(\)"/)
    const skipped = await imported(t, await importer(t), rows.join('\n'), { policy: { faulty: 'skip_row' } })
    assert.deepEqual([skipped.counts.peopleCreated, skipped.counts.refused], [0, 5])
  })

  it('in any encoding, with headings twice and rows of any width, is read', async () => {
    const text = 'Prénom;Email;Email;Société\nZoé;zoe@example.com;;Brûlé\n\nLuc;luc@example.com\n'
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le')
    for (const bytes of [
      Buffer.from(`\uFEFF${text}`),
      Buffer.from(text, 'latin1'),
      utf16,
      Buffer.from(utf16).swap16(),
    ]) {
      const who = await importer(t)
      const done = await imported(t, who, bytes)
      assert.deepEqual(
        done.columns.map(({ name }) => name),
        ['Prénom', 'Email', 'Email (2)', 'Société'],
      )
      assert.deepEqual([done.status, done.counts.peopleCreated, done.counts.companiesCreated], ['done', 2, 1])
      const names = await t.asSuperuser('select first_name from crm.people where org_id = $1 order by id', [
        who.orgId,
      ])
      assert.deepEqual(names, [{ first_name: 'Zoé' }, { first_name: 'Luc' }])
    }
  })

  it('that was read wrongly is read anew, and its mapping is remembered for the next one', async () => {
    const who = await importer(t)
    const first = await uploaded(t, who, 'Code|Who\n7|Zoé\n')
    await who.within(ctx => changeImport(ctx, first.id, { dialect: { delimiter: ';' } }))
    assert.equal((await who.within(ctx => getImport(ctx, first.id))).columns.length, 1)
    await who.within(ctx => changeImport(ctx, first.id, { dialect: { delimiter: '|' } }))
    const mapping = [
      { column: 0, field: 'externalId' },
      { column: 1, field: 'fullName' },
    ]
    await who.within(ctx => changeImport(ctx, first.id, { mapping }))
    await runJobs(t, who.orgId)
    assert.deepEqual((await who.within(ctx => previewImport(ctx, first.id)))[0]?.person?.externalId, '7')
    await who.within(ctx => startImport(ctx, first.id))
    await runJobs(t, who.orgId)
    const second = await uploaded(t, who, 'code|WHO\n8|Bea\n')
    assert.deepEqual(
      [second.isRemembered, second.mapping.map(({ field }) => field)],
      [true, ['externalId', 'fullName']],
    )
    for (const wrong of [
      [{ column: 5, field: null }],
      [{ column: 0, field: 'secret' }],
      [
        { column: 0, field: 'email' },
        { column: 1, field: 'email' },
      ],
    ])
      await assert.rejects(
        who.within(ctx => changeImport(ctx, second.id, { mapping: wrong })),
        code('request.invalid'),
      )
  })

  it('with dates of which nobody can know the order asks for it', async () => {
    const who = await importer(t)
    await who.within(ctx =>
      createField(ctx, {
        object: 'person',
        key: 'born',
        label: 'Born',
        kind: 'date',
        help: null,
        options: [],
        isRequired: false,
        group: '',
      }),
    )
    const item = await uploaded(t, who, 'Name,Born\nAda,03/04/2001\n')
    assert.deepEqual(
      item.columns.map(({ needsDateOrder }) => needsDateOrder),
      [false, true],
    )
    await assert.rejects(
      who.within(ctx => startImport(ctx, item.id)),
      code('crm.import_date_order'),
    )
    const decided = await uploaded(t, who, `Name,Born\n${'Ada,03/04/2001\n'.repeat(300)}Bea,04/13/2001\n`)
    assert.deepEqual(decided.mapping[1]?.dateOrder, 'mdy')
  })

  it('with options that a select does not have leaves them out or adds them', async () => {
    const who = await importer(t)
    const option = { label: 'Red', color: 'neutral', isArchived: false } as const
    await who.within(ctx =>
      createField(ctx, {
        object: 'person',
        key: 'color',
        label: 'Color',
        kind: 'select',
        help: null,
        options: [option],
        isRequired: false,
        group: '',
      }),
    )
    const item = await uploaded(t, who, 'Name,Color\nAda,RED\nBea,Blue\n')
    assert.deepEqual(item.findings?.unknownOptions, [{ column: 1, values: ['Blue'] }])
    const mapping = item.mapping.map(each =>
      each.column === 1 ? { ...each, unknownOption: 'add' as const } : each,
    )
    await who.within(ctx => changeImport(ctx, item.id, { mapping }))
    await runJobs(t, who.orgId)
    await who.within(ctx => startImport(ctx, item.id))
    await runJobs(t, who.orgId)
    const found = await t.asSuperuser(`select custom from crm.people where org_id = $1 order by id`, [
      who.orgId,
    ])
    assert.deepEqual(found, [{ custom: { color: 'red' } }, { custom: { color: 'blue' } }])
  })

  it('comes in parts, which follow each other and may come twice', async () => {
    const who = await importer(t)
    const bytes = Buffer.from('Name,Email\nAda,ada@example.com\n')
    const id = await who.within(ctx =>
      createImport(ctx, { object: 'person', fileName: '../../a.csv', fileBytes: bytes.length }),
    )
    const send = (from: number, to: number) =>
      who.within(ctx => receivePart(ctx, id, from, bytes.subarray(from, to)))
    await send(0, 10)
    await assert.rejects(send(12, 20), code('crm.import_offset'))
    await send(0, 10)
    await send(5, bytes.length)
    await assert.rejects(send(0, 5), code('crm.import_state'))
    const item = await who.within(ctx => getImport(ctx, id))
    assert.deepEqual([item.fileName, item.receivedBytes, item.status], ['a.csv', bytes.length, 'mapping'])
    const other = await importer(t)
    for (const act of [getImport, previewImport, startImport] as ((
      ctx: Context,
      id: string,
    ) => Promise<unknown>)[])
      await assert.rejects(
        other.within(ctx => act(ctx, id)),
        code('request.not_found'),
      )
  })

  it('of a member who sees their own people makes nothing they would not see and touches nothing hidden', async () => {
    const owner = await importer(t)
    const hidden = await owner.within(ctx =>
      createPerson(ctx, { firstName: 'Hidden', email: 'hidden@example.com' }),
    )
    const colleague = await makeOwner(t.kit)
    await addMember(t.kit, owner.orgId, colleague.userId, 'member')
    for (const object of ['person', 'company'])
      await t.asSuperuser(
        `insert into iam.access_settings (org_id, role, object, level) values ($1, 'member', $2, 'own')`,
        [owner.orgId, object],
      )
    const sight = { owners: [colleague.userId], writable: [], readable: [] }
    const who = await importer(t, {
      person: { ...colleague, orgId: owner.orgId },
      actor: { type: 'user', userId: colleague.userId },
      visibility: { person: sight, company: sight },
    })
    const file = 'Name,Email,Company\nMine M,mine@example.com,Mill\nOther O,hidden@example.com,Mill\n'
    const done = await imported(t, who, file, { policy: { known: 'overwrite' } })
    assert.deepEqual([done.status, done.counts.peopleCreated, done.counts.refused], ['done', 1, 1])
    const rows = await t.asSuperuser(
      'select first_name, owner_user_id, id = $2 as hidden from crm.people where org_id = $1 order by first_name',
      [owner.orgId, hidden],
    )
    assert.deepEqual(rows, [
      { first_name: 'Hidden', owner_user_id: owner.userId, hidden: true },
      { first_name: 'Mine', owner_user_id: colleague.userId, hidden: false },
    ])
    await assert.rejects(
      who.within(ctx => changeImport(ctx, done.id, {})),
      code('crm.import_state'),
    )
    const again = await uploaded(t, who, file)
    await assert.rejects(
      who.within(ctx => changeImport(ctx, again.id, { policy: { ownerUserId: owner.userId } })),
      code('request.invalid'),
    )
    await uploaded(t, owner, file)
    assert.equal((await who.within(ctx => listImports(ctx, { limit: 10 }))).items.length, 2)
    assert.equal((await owner.within(ctx => listImports(ctx, { limit: 10 }))).items.length, 3)
  })
})
