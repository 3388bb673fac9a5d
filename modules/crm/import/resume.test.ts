import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { iamModule } from '#modules/iam/index.ts'
import type { Kit } from '#platform/context.ts'
import { Seeded } from '#platform/seeded.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { crmModule } from '../index.ts'
import { type Importer, imported, importer, runJobs, uploaded } from './factories.ts'
import { cancelImport, pauseImport, resumeImport, startImport } from './import-acts.ts'
import { getImport } from './imports.ts'
import { runImport } from './run-import.ts'

const ROWS = 5_000
const PEOPLE = `First name,Last name,Email,Phone,Company,Website,Title\n${Array.from(
  { length: ROWS },
  (_, n) => {
    // Every fiftieth row is about somebody further up.
    const who = n % 50 === 49 ? n - 31 : n
    const company = (who * 7) % 900
    return `F${who},"L ${who}\n""x""",p${who}@c${company}.example,+3361${String(who).padStart(7, '0')},C${company},c${company}.example,T${n % 9}`
  },
).join('\r\n')}`

const COMPANIES = new Set(PEOPLE.match(/,C\d+,/g)).size

class Killed extends Error {}

/** A kit whose process dies at the nth transaction: before the commit, which undoes it, or right after it. */
function dyingKit(kit: Kit, nth: number, isAfterCommit: boolean): Kit {
  let left = nth
  return {
    ...kit,
    db: {
      ...kit.db,
      async withOrg(orgId, work, options) {
        if (left < 0) throw new Killed()
        left--
        const dies = left < 0
        const result = await kit.db.withOrg(
          orgId,
          async tx => {
            const done = await work(tx)
            if (dies && !isAfterCommit) throw new Killed()
            return done
          },
          options,
        )
        if (dies) throw new Killed()
        return result
      },
    },
  }
}

describe('an import whose worker dies', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
  })
  after(() => t.close())

  const QUERIES = {
    people: `select p.first_name, p.last_name, p.phone, p.tags, p.source, p.custom, o.email, o.title, o.is_primary, c.name as company
      from crm.people p left join crm.positions o on o.org_id = $1 and o.person_id = p.id
      left join crm.companies c on c.org_id = $1 and c.id = o.company_id where p.org_id = $1 order by 1, 2, 7`,
    companies: 'select name, domain, website_url, source from crm.companies where org_id = $1 order by 1, 2',
    changes: `select object, action, before - 'companyId' as before, after - 'companyId' as after, source
      from crm.changes where org_id = $1 order by 1, 2, 4`,
    entries: 'select object, name, doc from crm.search_entries where org_id = $1 order by 1, 2, 3',
    acts: 'select kind, status, done, failed, total from crm.change_sets where org_id = $1',
    imports: 'select status, rows_done, counts, place, line from crm.imports where org_id = $1',
  }
  async function tablesOf({ orgId }: Importer): Promise<Record<string, unknown>> {
    const found = await Promise.all(Object.values(QUERIES).map(text => t.asSuperuser(text, [orgId])))
    return Object.fromEntries(Object.keys(QUERIES).map((name, at) => [name, found[at]]))
  }

  it('at ten places leaves what one that lived would have left', async () => {
    const whole = await importer(t)
    const done = await imported(t, whole, PEOPLE)
    assert.equal(done.counts.peopleCreated, ROWS - ROWS / 50)
    const expected = await tablesOf(whole)

    const random = new Seeded(20_261_121)
    const who = await importer(t)
    const { id } = await uploaded(t, who, PEOPLE)
    await who.within(ctx => startImport(ctx, id))
    for (let kill = 0; kill < 10; kill++) {
      // Two transactions begin a turn, two belong to each part.
      const kit = dyingKit(t.kit, random.whole(0, 3), random.chance(0.5))
      const signal = new AbortController().signal
      const job = { kit, orgId: who.orgId, jobId: id, attempt: 1, payload: { importId: id }, signal }
      await assert.rejects(runImport.run(job), Killed)
    }
    const halfway = await who.within(ctx => getImport(ctx, id))
    assert.ok(
      halfway.status === 'running' && halfway.rowsDone > 0 && halfway.rowsDone < ROWS,
      `${halfway.rowsDone}`,
    )
    await runJobs(t, who.orgId)
    const found = await tablesOf(who)
    for (const [name, rows] of Object.entries(expected)) assert.deepEqual(found[name], rows, name)
  })

  it('and two workers that both go on with it do no row twice', async () => {
    const who = await importer(t)
    const { id } = await uploaded(t, who, PEOPLE)
    await who.within(ctx => startImport(ctx, id))
    const turn = () => {
      const signal = new AbortController().signal
      return runImport.run({
        kit: t.kit,
        orgId: who.orgId,
        jobId: id,
        attempt: 1,
        payload: { importId: id },
        signal,
      })
    }
    await Promise.all([turn(), turn(), turn()])
    await runJobs(t, who.orgId)
    const { counts, rowsDone } = await who.within(ctx => getImport(ctx, id))
    assert.deepEqual([rowsDone, counts.peopleCreated], [ROWS, ROWS - ROWS / 50])
  })

  it('and the same file twice at once makes nobody twice', async () => {
    const who = await importer(t)
    const ids = [(await uploaded(t, who, PEOPLE)).id, (await uploaded(t, who, PEOPLE)).id]
    for (const id of ids) await who.within(ctx => startImport(ctx, id))
    await Promise.all(
      ids.map(importId => {
        const signal = new AbortController().signal
        return runImport.run({
          kit: t.kit,
          orgId: who.orgId,
          jobId: importId,
          attempt: 1,
          payload: { importId },
          signal,
        })
      }),
    )
    await runJobs(t, who.orgId)
    const [people] = await t.asSuperuser<{ people: number; companies: number; positions: number }>(
      `select (select count(*)::int from crm.people where org_id = $1) as people,
        (select count(*)::int from crm.companies where org_id = $1) as companies,
        (select count(*)::int from crm.positions where org_id = $1) as positions`,
      [who.orgId],
    )
    assert.deepEqual(people, { people: ROWS - ROWS / 50, companies: COMPANIES, positions: ROWS - ROWS / 50 })
    const all = await Promise.all(ids.map(id => who.within(ctx => getImport(ctx, id))))
    assert.deepEqual(
      all.map(({ status }) => status),
      ['done', 'done'],
    )
    assert.equal(all[1]?.sameFile?.id, ids[0])
    assert.equal(
      all.reduce((sum, { counts }) => sum + counts.peopleCreated, 0),
      ROWS - ROWS / 50,
    )
  })

  it('stands still while it is paused, and ends where it is cancelled', async () => {
    const who = await importer(t)
    const { id } = await uploaded(t, who, PEOPLE)
    await who.within(ctx => startImport(ctx, id))
    await who.within(ctx => pauseImport(ctx, id))
    await runJobs(t, who.orgId)
    assert.equal((await who.within(ctx => getImport(ctx, id))).rowsDone, 0)
    await who.within(ctx => resumeImport(ctx, id))
    await who.within(ctx => cancelImport(ctx, id))
    await runJobs(t, who.orgId)
    const { status, rowsDone, undoUntil } = await who.within(ctx => getImport(ctx, id))
    assert.deepEqual([status, rowsDone, typeof undoUntil], ['cancelled', 0, 'string'])
  })
})
