import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { iamModule } from '#modules/iam/index.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { undoChangeSet } from '../bulk/undo.ts'
import { getChangeSet, listFailures } from '../change-sets.ts'
import { createField } from '../custom-fields/fields.ts'
import { crmModule } from '../index.ts'
import { changePerson } from '../person-changes.ts'
import { createPerson } from '../person-create.ts'
import { type Importer, imported, importer, runJobs } from './factories.ts'
import type { Import } from './import-api.ts'

const TABLES = [
  'people',
  'positions',
  'companies',
  'changes',
  'custom_values',
  'search_entries',
  'import_writes',
  'timeline_entries',
]

describe('taking an import back', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
  })
  after(() => t.close())

  /** Every row of the organization in the tables of records, without when it was last touched. */
  async function everything({ orgId }: Importer): Promise<Record<string, string[]>> {
    const found = await Promise.all(
      TABLES.map(table =>
        t.asSuperuser<{ row: string }>(
          `select (to_jsonb(t) - 'updated_at')::text as row from crm.${table} t where org_id = $1 order by 1`,
          [orgId],
        ),
      ),
    )
    return Object.fromEntries(TABLES.map((table, at) => [table, found[at]?.map(({ row }) => row) ?? []]))
  }

  async function undo(who: Importer, { changeSetId }: Import) {
    const act = await who.within(ctx => undoChangeSet(ctx, changeSetId ?? '', () => true))
    await runJobs(t, who.orgId)
    const undone = await who.within(ctx => getChangeSet(ctx, act.id))
    const failures = await who.within(ctx => listFailures(ctx, act.id, { limit: 100 }))
    return { undone, failures: failures.items.map(({ recordName, message }) => [recordName, message]) }
  }

  const field = (who: Importer) =>
    who.within(ctx =>
      createField(ctx, {
        object: 'person',
        key: 'budget',
        label: 'Budget',
        kind: 'number',
        help: null,
        options: [],
        isRequired: false,
        group: '',
      }),
    )

  it('leaves no trace of what it made', async () => {
    const who = await importer(t)
    await field(who)
    await who.within(ctx => createPerson(ctx, { firstName: 'Old', email: 'old@example.com', tags: ['a'] }))
    const was = await everything(who)
    const rows = Array.from({ length: 1_200 }, (_, n) => `P${n},L${n},p${n}@c${n % 7}.example,C${n % 7},${n}`)
    const done = await imported(t, who, `First name,Last name,Email,Company,Budget\n${rows.join('\n')}\n`)
    assert.deepEqual([done.counts.peopleCreated, done.counts.companiesCreated], [1_200, 7])
    const { undone, failures } = await undo(who, done)
    assert.deepEqual([undone.status, undone.done, failures], ['done', 1_207, []])
    assert.deepEqual(await everything(who), was)
    const [stored] = await t.asSuperuser('select status from crm.imports where id = $1', [done.id])
    assert.deepEqual(stored, { status: 'undone' })
  })

  it('puts back what it changed, as far as that is still what it wrote', async () => {
    const who = await importer(t)
    await field(who)
    const make = (firstName: string) =>
      who.within(ctx =>
        createPerson(ctx, {
          firstName,
          email: `${firstName}@example.com`,
          title: 'Clerk',
          company: { name: 'Mill' },
          tags: ['old'],
          custom: { budget: 1 },
        }),
      )
    const [ada, bea] = [await make('ada'), await make('bea')]
    const was = await everything(who)
    const file =
      'Email,First name,Job title,Phone,Tags,Budget,Company,Company city\nada@example.com,Ada,Boss,0612345678,new,2,Mill,Paris\nbea@example.com,Bea,Boss,0612345679,new,3,Other,Rome\n'
    const done = await imported(t, who, file, { policy: { known: 'overwrite' } })
    assert.deepEqual([done.counts.peopleUpdated, done.counts.positionsCreated], [2, 0])
    await who.within(ctx => changePerson(ctx, bea, { title: 'Queen', addTags: ['mine'] }))
    const { undone, failures } = await undo(who, done)
    assert.equal(undone.status, 'done')
    assert.deepEqual(failures, [['bea', 'Changed since, so it stays as it is: title.']])
    const is = await everything(who)
    const of = (rows: readonly string[] | undefined, id: string) => rows?.filter(row => row.includes(id))
    for (const table of ['people', 'positions', 'custom_values', 'search_entries'])
      assert.deepEqual(of(is[table], ada), of(was[table], ada), table)
    assert.deepEqual(is.companies, was.companies)
    assert.match(of(is.people, bea)?.[0] ?? '', /"tags": \["old", "mine"\]/)
    assert.match(of(is.positions, bea)?.[0] ?? '', /"title": "Queen"/)
  })

  it('leaves records that others have worked with, and says which', async () => {
    const who = await importer(t)
    const done = await imported(
      t,
      who,
      'Name,Email,Company\nAda A,a@example.com,Mill\nBea B,b@example.com,Barn\n',
    )
    const [ada] = await t.asSuperuser<{ id: string }>(
      `select id from crm.people where org_id = $1 and first_name = 'Ada'`,
      [who.orgId],
    )
    await who.within(ctx => changePerson(ctx, ada?.id ?? '', { score: 5 }))
    const { failures } = await undo(who, done)
    assert.deepEqual(
      failures.map(([name]) => name),
      ['Ada A', 'Mill'],
    )
    const left = await t.asSuperuser('select first_name from crm.people where org_id = $1', [who.orgId])
    assert.deepEqual(left, [{ first_name: 'Ada' }])
  })
})
